/** The fault point that a test requests, `name:n` or `name:n:delayMs`. Always undefined outside of tests. */
export function requestedFaultPoint(): string | undefined {
  return process.env['NODE_ENV'] === 'test' ? process.env['FAULT_POINT'] : undefined;
}
