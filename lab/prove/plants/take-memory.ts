/** Loaded into a server with `node --import`: on SIGUSR2 the server allocates 1 GB of memory, 16 MB at a time, and keeps it. */
const pieceBytes = 16 * 2 ** 20;
const pieces = 64;
const held: Buffer[] = [];

process.on('SIGUSR2', take);

function take(): void {
  held.push(Buffer.alloc(pieceBytes, 1));
  if (held.length < pieces) setImmediate(take);
}
