/** The kill point a test asked for, `name:n` or `name:n:delayMs`; undefined outside tests, whatever the variable says. */
export function requestedFaultPoint(): string | undefined {
  return process.env['NODE_ENV'] === 'test' ? process.env['FAULT_POINT'] : undefined;
}
