import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '#contracts/errors.js';
import { type RouteName, type RouteSpec, routes } from '#contracts/routes.js';
import { api, type Credentials, type RawInput } from '../../support/api.js';
import { guest, type Person } from '../../support/people.js';
import { scene, type Scene } from '../../support/scene.js';

export type Check = () => Promise<void>;

/** A case that makes no sense for this entry: the reason, and what is checked in its place. */
export interface Instead {
  readonly because: string;
  readonly check: Check;
}

export type Case = Check | Instead;

/** The five cases of each route, command and event. */
export interface Cases {
  /** The caller is not logged in. */
  readonly anonymous: Case;
  /** The caller is logged in but has no right to this. */
  readonly stranger: Case;
  /** The request does not fit its schema. */
  readonly invalid: Case;
  readonly happy: Case;
  /** The same request again. */
  readonly repeated: Case;
}

/** Registers a Jest test for each case of each entry of the table. */
export function runCases(table: Readonly<Record<string, Cases>>): void {
  for (const [name, cases] of Object.entries(table)) {
    for (const [kind, one] of Object.entries<Case>({ ...cases })) {
      if (typeof one === 'function') test(`${name}: ${kind}`, one);
      else test(`${name}: ${kind} (${one.because})`, one.check);
    }
  }
}

export function instead(because: string, check: Check): Instead {
  return { because, check };
}

/** Requests without a token, with a forged token and with the wrong scheme are refused before anything else is checked. */
export function needsToken(name: RouteName): Check {
  return async () => {
    const input = plausible(routes[name]);
    (await api().raw(name, input)).problem('auth.required');
    (await api({ accessToken: 'forged.token.here' }).raw(name, input)).problem('auth.invalidToken');
    (await api().raw(name, { ...input, headers: { authorization: 'Basic Zm9vOmJhcg==' } })).problem('auth.required');
  };
}

/** Each of these inputs is refused with `validation.failed`, and so are undeclared fields and malformed bodies. */
export function refuses(name: RouteName, ...inputs: RawInput[]): Check {
  return async () => {
    const caller = routes[name].auth === 'none' ? {} : await anyUser();
    for (const input of [...inputs, ...alwaysInvalid(routes[name])]) {
      const complete = { ...plausible(routes[name]), ...input };
      const problem = (await api(caller).raw(name, complete)).problem('validation.failed');
      if (problem.errors === undefined && complete.text === undefined)
        throw new Error(`${name}: the error names no field for ${JSON.stringify(input)}`);
    }
  };
}

/** Checks that the caller gets this error for this input. */
export async function isRefused(caller: Credentials, name: RouteName, input: RawInput, code: ErrorCode): Promise<void> {
  (await api(caller).raw(name, input)).problem(code);
}

/** To a non-member, the conversation does not seem to exist. */
export function hiddenFromStrangers(name: RouteName, params: (scene: Scene) => object, body?: unknown): Check {
  return async () => {
    const setting = await scene();
    await isRefused(setting.stranger, name, { params: params(setting), body }, 'conversation.notFound');
  };
}

let sharedUser: Promise<Person> | undefined;

/** A guest shared by all cases of the file that only need a logged-in user. */
export function anyUser(): Promise<Person> {
  sharedUser ??= guest();
  return sharedUser;
}

const samples: Readonly<Record<string, () => string>> = {
  seq: () => '1',
  emoji: () => '👍',
  name: () => 'no-such-name',
  code: () => 'no-such-invite-code',
};

/** Valid path parameters that name nothing that exists. */
function plausible(route: RouteSpec): RawInput {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));
  const params = Object.fromEntries(names.map((name) => [name, (samples[name] ?? randomUUID)()]));
  return route.body === undefined ? { params } : { params, body: {} };
}

function alwaysInvalid(route: RouteSpec): RawInput[] {
  const undeclaredQuery = { query: { undeclared: '1' } };
  if (route.body === undefined) return route.query === undefined ? [] : [undeclaredQuery];
  return [{ body: { undeclared: 1 } }, { body: [] }, { body: 'text' }, { text: '{"malformed"' }];
}
