import { Agent } from 'node:http';
import { exchange } from '../../support/http-exchange.js';

/** Sends one GET request after the other on one keep-alive connection. */
export class HttpGetter {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** The body of the answer. Rejects unless the status is 200. */
  async getText(path: string): Promise<string> {
    const { status, text } = await exchange(this.url + path, { headers: { authorization: `Bearer ${this.token}` }, agent: this.agent });
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 300)}`);
    return text;
  }

  close(): void {
    this.agent.destroy();
  }
}
