import type { FastifyInstance } from 'fastify';

/** What stands at the hot door for each hook that the framework runs for every request, by the hook's name. */
const standIns: ReadonlyMap<string, string> = new Map([
  ['beginInFlight', 'HotDoor: RequestsInFlight'],
  ['endInFlight', 'HotDoor: RequestsInFlight'],
  ['openContext', 'HotDoor: the log context, and the id in the answer'],
  ['setSecurityHeaders', 'HotDoor: the same headers'],
  ['refuseWhenStopping', 'nothing: the door is shut then'],
  ['tellAnswered', 'HotDoor: AnsweredRequests'],
  ['runMiddie', 'nothing: there is no middleware'],
  ['fastifyCookieHandler', 'nothing: only pages of operators read cookies'],
  ['fastifyCookieOnSendHandler', 'nothing: a hot route sets no cookie'],
]);

const moments = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend', 'onResponse', 'onError'] as const;

interface Hook {
  readonly name: string;
}

/** Throws when the framework runs a hook for every request that has no stand-in at the hot door: it would be missing there. For a server that is ready: before, it has not all of them. */
export function refuseUnknownHooks(server: FastifyInstance): void {
  for (const moment of moments) {
    for (const { name } of withoutAdapters(hooksAt(server, moment))) {
      if (!standIns.has(name))
        throw new Error(`the ${moment} hook ${name || 'without a name'} has no stand-in at the hot door, see transport/hot/server-hooks`);
    }
  }
}

/** Nest's adapter has hooks without a name, for what may be asked of it (CORS apart, nothing is), and adds them before all others. */
function withoutAdapters(hooks: readonly Hook[]): readonly Hook[] {
  return hooks.slice(
    Math.max(
      0,
      hooks.findIndex(({ name }) => standIns.has(name)),
    ),
  );
}

function hooksAt(server: FastifyInstance, moment: (typeof moments)[number]): readonly Hook[] {
  const key = Object.getOwnPropertySymbols(server).find(({ description }) => description === 'fastify.hooks');
  const all: unknown = key === undefined ? undefined : Reflect.get(server, key);
  const hooks: unknown = typeof all === 'object' && all !== null ? Reflect.get(all, moment) : undefined;
  if (!Array.isArray(hooks)) throw new Error('the hooks of the framework cannot be read');
  return hooks;
}
