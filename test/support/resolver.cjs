/**
 * Jest's resolver with the rules of TypeScript's ES modules that it lacks: in our own sources `./name.js` is `./name.ts`, and the
 * subpath imports of package.json lead to the sources instead of the build.
 * Packages that offer only an `import` entry are taken by it; the transformer turns them into CommonJS.
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
