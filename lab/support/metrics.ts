const requestTimeoutMs = 5000;

/** The text of a server's `/metrics`; null if it cannot be read from here. */
export async function readMetrics(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(requestTimeoutMs) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** The value of a metric in a Prometheus exposition, summed over all samples that have these labels; null if there are none. */
export function metricValue(exposition: string, name: string, labels: Readonly<Record<string, string>> = {}): number | null {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const values = exposition.split('\n').flatMap((line) => {
    const [, found, given = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    return found === name && wanted.every((label) => given.includes(label)) ? [Number(value)] : [];
  });
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
