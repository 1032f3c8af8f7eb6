/** Stops, by process id, what `global-setup.mjs` started, and removes its folder. */
export default async function globalTeardown() {
  await globalThis.parleyTestEnvironment?.stop();
}
