/** The five steps of the hot path and the work around them. */
export type Step =
  | 'accept'
  | 'commit'
  | 'deliver'
  | 'persist'
  | 'settle'
  | 'dispatch'
  | 'transport'
  | 'framework'
  | 'postgres'
  | 'redis'
  | 'queue'
  | 'gc'
  | 'native'
  | 'idle'
  | 'other';

/** The first rule that matches decides. The path is that of the built file. */
const rules: readonly (readonly [Step, RegExp])[] = [
  ['settle', /modules\/messages\/workers\/settle/],
  [
    'persist',
    /modules\/messages\/(workers\/|infra\/|changes\/|send\/created-messages-applier)|modules\/log\/(apply-entries|entry-appliers)/,
  ],
  [
    'deliver',
    /modules\/messages\/send\/deliver|modules\/realtime\/(emitter|relay\/|rooms\/|connections\/socket-server)|node_modules\/socket\.io-adapter/,
  ],
  ['commit', /modules\/log\//],
  ['queue', /modules\/queues\/|node_modules\/bullmq/],
  ['accept', /modules\/messages\/send\/|modules\/messages\/domain\/|modules\/conversations\/|modules\/presence\//],
  [
    'dispatch',
    /modules\/realtime\/|modules\/messages\/transport\/|node_modules\/(zod|uuidv7)\/|contracts\/|platform\/(logging|ids|metrics|plain-metrics|json-text)|node_modules\/prom-client/,
  ],
  [
    'transport',
    /node_modules\/(socket\.io|engine\.io|ws)|node:(net|http|_http|internal\/(stream|streams|net|http|js_stream))|src\/transport\/|node_modules\/fastify/,
  ],
  ['framework', /node_modules\/(@nestjs|rxjs|passport|jsonwebtoken|jws|jwa)|src\/modules\/auth\//],
  ['postgres', /node_modules\/pg|node_modules\/typeorm|src\/database\//],
  ['redis', /node_modules\/(ioredis|redis-parser|standard-as-callback|denque)|platform\/redis\//],
];

/** The step of a frame; undefined for shared functions (JSON, promises, timers), which count for their caller. */
export function stepOf(functionName: string, url: string): Step | undefined {
  if (functionName === '(garbage collector)') return 'gc';
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(program)') return 'native';
  return rules.find(([, pattern]) => pattern.test(url))?.[0];
}
