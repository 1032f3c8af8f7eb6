import type { MetricObject } from 'prom-client';

/** What the supervisor and the processes of `--processes N` say to each other. */
export type SiblingMessage =
  /** A process has started and wants to know where they meet. */
  | { readonly kind: 'started' }
  | { readonly kind: 'meet'; readonly folder: string }
  | { readonly kind: 'ready'; readonly url: string }
  /** A process wants the metrics of all; each is asked for its own. */
  | { readonly kind: 'ask-metrics'; readonly question: number }
  | { readonly kind: 'tell-metrics'; readonly round: number }
  | { readonly kind: 'own-metrics'; readonly round: number; readonly metrics: MetricObject[] }
  | { readonly kind: 'metrics'; readonly question: number; readonly text: string }
  | { readonly kind: 'stop' };

const kinds = new Set<unknown>([
  'started',
  'meet',
  'ready',
  'ask-metrics',
  'tell-metrics',
  'own-metrics',
  'metrics',
  'stop',
] satisfies Array<SiblingMessage['kind']>);

/** Node's own cluster uses the same channel. Both ends are this version of Parley. */
export function isSiblingMessage(message: unknown): message is SiblingMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && kinds.has(message.kind);
}
