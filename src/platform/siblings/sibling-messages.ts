import type { MetricObject } from 'prom-client';

/** The messages between the supervisor and the processes of `--processes N`. */
export type SiblingMessage =
  /** A process has started, and requests the shared folder. */
  | { readonly kind: 'started' }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'ready'; readonly url: string }
  /** A process requests the metrics of all; the supervisor requests from each its own. */
  | { readonly kind: 'request-metrics'; readonly question: number }
  | { readonly kind: 'request-own-metrics'; readonly round: number }
  | { readonly kind: 'own-metrics'; readonly round: number; readonly metrics: MetricObject[] }
  | { readonly kind: 'metrics'; readonly question: number; readonly text: string }
  | { readonly kind: 'stop' };

const kinds = new Set<unknown>([
  'started',
  'folder',
  'ready',
  'request-metrics',
  'request-own-metrics',
  'own-metrics',
  'metrics',
  'stop',
] satisfies Array<SiblingMessage['kind']>);

/** Node's cluster module uses the same channel. Both ends run the same version of Parley. */
export function isSiblingMessage(message: unknown): message is SiblingMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && kinds.has(message.kind);
}
