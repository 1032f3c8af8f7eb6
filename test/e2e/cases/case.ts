import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '#contracts/errors.js';
import { type RouteName, type RouteSpec, routes } from '#contracts/routes.js';
import { api, type Credentials, type RawInput } from '../../support/api.js';
import { guest, type Person } from '../../support/people.js';

export type Check = () => Promise<void>;

/** A case that cannot exist as its name says: why, and what has to hold in its place. */
export interface Instead {
  readonly because: string;
  readonly check: Check;
}

export type Case = Check | Instead;

/** The five questions put to each route, command and event. */
export interface Cases {
  /** Nobody is logged in. */
  readonly anonymous: Case;
  /** Logged in, and without a right to this. */
  readonly stranger: Case;
  /** The request does not fit its schema. */
  readonly invalid: Case;
  readonly happy: Case;
  /** The same once more. */
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

/** Without a token, with a forged one and with the wrong scheme: refused before anything else is looked at. */
export function needsToken(name: RouteName): Check {
  return async () => {
    const input = plausible(routes[name]);
    (await api().raw(name, input)).problem('auth.required');
    (await api({ accessToken: 'forged.token.here' }).raw(name, input)).problem('auth.invalidToken');
    (await api().raw(name, { ...input, headers: { authorization: 'Basic Zm9vOmJhcg==' } })).problem('auth.required');
  };
}

/** Every one of these inputs is refused with `validation.failed`, and so is an undeclared field beside them. */
export function refuses(name: RouteName, ...inputs: RawInput[]): Check {
  return async () => {
    const caller = routes[name].auth === 'none' ? {} : await somebody();
    for (const input of [...inputs, ...alwaysInvalid(routes[name])]) {
      const complete = { ...plausible(routes[name]), ...input };
      const problem = (await api(caller).raw(name, complete)).problem('validation.failed');
      if (problem.errors === undefined && complete.text === undefined)
        throw new Error(`${name}: no field is named for ${JSON.stringify(input)}`);
    }
  };
}

/** This caller gets this error for this input. */
export async function isRefused(caller: Credentials, name: RouteName, input: RawInput, code: ErrorCode): Promise<void> {
  (await api(caller).raw(name, input)).problem(code);
}

let anybody: Promise<Person> | undefined;

/** A guest who is kept for all cases of the file that only need somebody to be logged in. */
export function somebody(): Promise<Person> {
  anybody ??= guest();
  return anybody;
}

const samples: Readonly<Record<string, () => string>> = {
  seq: () => '1',
  emoji: () => '👍',
  name: () => 'no-such-name',
  code: () => 'no-such-invite-code',
};

/** Parameters that fit the route's path, of things that do not exist. */
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
