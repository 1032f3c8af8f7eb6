const passedOn = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP'];

/** The environment for programs that Parley starts: what the system needs, without Parley's own settings and secrets. */
export function systemEnvironment(): Record<string, string> {
  const entries = passedOn
    .map((name) => [name, process.env[name]] as const)
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(entries), LC_ALL: 'C' };
}
