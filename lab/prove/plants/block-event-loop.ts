/** Loaded into a server with `node --import`: SIGUSR2 blocks its event loop for this many milliseconds. */
const blockMs = Number(process.env['PROVE_BLOCK_MS'] ?? 40_000);

process.on('SIGUSR2', () => {
  const until = performance.now() + blockMs;
  while (performance.now() < until);
});
