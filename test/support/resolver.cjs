/**
 * Jest's resolver plus the rules it lacks for TypeScript's ES modules: in our own sources `./name.js` is `./name.ts`, and the subpath
 * imports of package.json lead to the sources instead of the build. Packages with only an `import` entry are resolved by that entry;
 * the transformer turns them into CommonJS.
 */
const subpaths = { '#contracts/': 'contracts', '#platform/': 'src/platform' };

function ownSource(request) {
  const subpath = Object.keys(subpaths).find((prefix) => request.startsWith(prefix));
  return subpath === undefined ? request : `${__dirname}/../../${subpaths[subpath]}/${request.slice(subpath.length)}`;
}

module.exports = (request, options) => {
  const isOwnSource =
    (request.startsWith('.') || request.startsWith('#')) && request.endsWith('.js') && !options.basedir.includes('/node_modules/');
  if (isOwnSource) {
    const path = ownSource(request);
    try {
      return options.defaultResolver(path.replace(/\.js$/, '.ts'), options);
    } catch {
      return options.defaultResolver(path, options);
    }
  }
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (request.startsWith('.') || request.startsWith('/')) throw error;
    return options.defaultResolver(request, { ...options, conditions: [...(options.conditions ?? []), 'import'] });
  }
};
