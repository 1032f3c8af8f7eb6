import { metricValue } from '../../support/metrics.js';
import { metricsOf } from './api-client.js';

export const operator = { username: 'operator', password: 'operator-password-of-the-harness' } as const;

/** An operator's session with the dashboard of one node. */
export class OperatorSession {
  private constructor(
    private readonly url: string,
    private readonly cookie: string,
  ) {}

  static async open(url: string): Promise<OperatorSession> {
    const response = await fetch(`${url}/admin/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
      body: new URLSearchParams(operator),
    });
    const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]);
    if (response.status >= 400 || cookie.length === 0) throw new Error(`the operator's login answered ${response.status}`);
    return new OperatorSession(url, cookie.join('; '));
  }

  /** Retries all failed jobs of a queue. */
  async retryFailed(queue: string): Promise<void> {
    const path = `/admin/queues/api/queues/${queue}/retry/failed`;
    const response = await fetch(`${this.url}${path}`, { method: 'PUT', headers: { cookie: this.cookie, origin: this.url } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  }
}

/** The number of jobs of a queue in a state, from the metrics of the first node that answers. */
export async function jobsIn(urls: readonly string[], queue: string, state: string): Promise<number | undefined> {
  return metricValue(await metricsOf(urls), 'parley_queue_jobs', { queue, state }) ?? undefined;
}
