import type { Attempt } from '../checker/history.js';
import { listOf, numberOf, textOf } from './api-client.js';
import { NodeChoice } from './node-choice.js';
import type { OpenOperation, OperationLog } from './operation-log.js';
import type { Person } from './people.js';
import { type Answered, askOnce, isSettled, type SendPolicy, waitBeforeRetry } from './sender.js';

/** Sends several messages in one REST call, which stores all of them or none, even when repeated. */
export class BatchDoor {
  private readonly nodes: NodeChoice;

  constructor(
    private readonly person: Person,
    urls: readonly string[],
    turn: number,
    private readonly timeoutMs: number,
  ) {
    this.nodes = new NodeChoice(urls, turn);
  }

  /** Repeats the call until its outcome is final, and records every attempt for each message. */
  async deliver(log: OperationLog, operations: readonly OpenOperation[], texts: readonly string[], policy: SendPolicy): Promise<void> {
    const startedAt = performance.now();
    for (let index = 0; ; index += 1) {
      const asked = { node: this.nodes.next(), via: 'rest', askedAt: performance.now() } as const;
      const answers = await this.ask(asked.node, operations, texts);
      const endedAt = performance.now();
      const attempts = answers.map(({ retryAfterMs: _retryAfterMs, ...known }): Attempt => ({ ...asked, ...known, endedAt }));
      for (const [place, attempt] of attempts.entries()) {
        const operation = operations[place];
        if (operation !== undefined) log.close(operation, attempt);
      }
      const [first] = attempts;
      if (first === undefined || isSettled(first) || endedAt - startedAt >= policy.retryForMs || policy.isOver?.() === true) return;
      if (first.outcome === 'unknown') this.nodes.avoid(asked.node);
      await waitBeforeRetry(index, answers[0]?.retryAfterMs ?? 0, policy.random);
    }
  }

  private async ask(node: string, operations: readonly OpenOperation[], texts: readonly string[]): Promise<Answered[]> {
    const path = `/v1/conversations/${operations[0]?.conversationId ?? ''}/messages/batch`;
    const body = { messages: operations.map(({ clientId }, index) => ({ clientId, text: texts[index] ?? '' })) };
    const request = { method: 'POST', path, token: this.person.accessToken, body, timeoutMs: this.timeoutMs } as const;
    const { answer, failed } = await askOnce(node, request);
    const items = listOf(answer?.body, 'items');
    if (failed !== undefined) return operations.map(() => failed);
    return operations.map((_, index) => ({ outcome: 'acked', seq: numberOf(items[index], 'seq'), id: textOf(items[index], 'id') }));
  }
}
