/**
 * Jest's resolver with the one rule of TypeScript's ES modules that it lacks: `./name.js` in our own sources is `./name.ts`.
 * Packages that offer only an `import` entry are taken by it; the transformer turns them into CommonJS.
 */
module.exports = (request, options) => {
  const isOwnSource = request.startsWith('.') && request.endsWith('.js') && !options.basedir.includes('/node_modules/');
  if (isOwnSource) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      return options.defaultResolver(request, options);
    }
  }
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (request.startsWith('.') || request.startsWith('/')) throw error;
    return options.defaultResolver(request, { ...options, conditions: [...(options.conditions ?? []), 'import'] });
  }
};
