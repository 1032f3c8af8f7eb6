import type { Attempt, SendOperation } from '../checker/history.js';

interface MutableOperation extends SendOperation {
  readonly attempts: Attempt[];
}

/** Everything that was sent in one scenario, as it happens. */
export class OperationLog {
  readonly operations: MutableOperation[] = [];
  /** Attempts in the order in which they ended. */
  readonly attempts: Attempt[] = [];
  private readonly tokenByClientId = new Map<string, string>();

  /** A new message to send. Its token goes first in the text. */
  open(conversationId: string, senderId: string, clientId: string): MutableOperation {
    const token = `op-${this.operations.length}`;
    const operation: MutableOperation = { token, conversationId, senderId, clientId, attempts: [] };
    this.operations.push(operation);
    this.tokenByClientId.set(clientId, token);
    return operation;
  }

  close(operation: MutableOperation, attempt: Attempt): void {
    operation.attempts.push(attempt);
    this.attempts.push(attempt);
  }

  /** Which message of the workload a text or client id belongs to. A deleted message has lost its text. */
  tokenOf(text: string | null, clientId: string): string | null {
    return /^(op-\d+)\b/.exec(text ?? '')?.[1] ?? this.tokenByClientId.get(clientId) ?? null;
  }

  get acked(): number {
    return this.attempts.reduce((count, attempt) => count + (attempt.outcome === 'acked' ? 1 : 0), 0);
  }
}

export type OpenOperation = ReturnType<OperationLog['open']>;
