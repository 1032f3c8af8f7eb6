/** Loaded into a server with `node --import`: on SIGUSR2 its event loop is blocked for so many milliseconds. */
const blockMs = Number(process.env['PROVE_BLOCK_MS'] ?? 40_000);

process.on('SIGUSR2', () => {
  const until = performance.now() + blockMs;
  while (performance.now() < until);
});
