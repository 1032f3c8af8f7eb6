import type { BenchOptions, Defer, Figures, Goal, Results, Round, Scenario } from '../scenario.js';
import { sized } from '../users/crowds.js';
import { allOf, figuresAtMost, names } from '../report/goals.js';
import { HttpGetter } from '../generator/http-getter.js';
import { LatencySamples } from '../../support/latency-samples.js';
import { ParleyServer } from '../servers/parley-server.js';
import { seedConversations, type Seeded } from '../servers/seed-conversations.js';

const sizes = [1000, 100_000, 5_000_000];
const quickSizeMax = 100_000;
const pages = 300;
const quickPages = 60;
const limit = 50;
const spreadMax = 2;
const p50MaxMs = 5;

/** The query of a page in a conversation of `count` messages. */
const kinds = {
  newest: () => '',
  deep: (count: number) => `&before=${limit + 1 + Math.floor(Math.random() * (count / 10))}`,
  around: (count: number) => `&around=${1 + Math.floor(Math.random() * count)}`,
} as const satisfies Record<string, (count: number) => string>;

/** Whether the cost of a page depends on its position or on the size of the conversation. */
export const scenario: Scenario = {
  id: 'W7',
  summary: `history pages of ${limit}: newest, deep, around; conversations of 1 k, 100 k and 5 M messages (100 k at most when quick)`,
  mainFigure: 'slowestP50Ms',
  isLessBetter: true,
  quickRounds: 1,
  columns: [
    ...Object.keys(kinds).flatMap((kind) => [
      { figure: `${kind}SmallP50Ms`, title: `${kind} small ms`, digits: 2 },
      { figure: `${kind}LargeP50Ms`, title: `large ms`, digits: 2 },
    ]),
    { figure: 'spread', title: 'large/small', digits: 2 },
  ],
  contenders: [{ name: names.embedded, open }],
  bar: allOf('p50 <= 5 ms, largest within 2x of smallest', [figuresAtMost('p50', { slowestP50Ms: p50MaxMs, spread: spreadMax })]),
  stretchGoal: { says: 'the newest page without Postgres', isMet: servedFromTheLog },
};

async function open(options: BenchOptions, defer: Defer): Promise<Round> {
  const server = await ParleyServer.start({ profileFolder: options.profileFolder });
  defer(() => server.stop());
  const wanted = sizes
    .filter((size) => !options.isQuick || size <= quickSizeMax)
    .map((size) => sized({ ...options, isQuick: false }, size));
  const creator = await server.api.createUser();
  const seeded = await seedConversations(server, creator, wanted);
  const getter = new HttpGetter(server.url, creator.token);
  defer(() => getter.close());
  return () => readPages(getter, seeded, options.isQuick ? quickPages : pages);
}

async function readPages(getter: HttpGetter, seeded: readonly Seeded[], count: number): Promise<Figures> {
  const p50: Record<string, number[]> = {};
  for (const [kind, place] of Object.entries(kinds)) {
    for (const { conversationId, messages } of seeded) {
      const samples = new LatencySamples();
      // The first pages prepare statements.
      for (let number = -5; number < count; number += 1) {
        const sentAt = performance.now();
        await getter.getText(`/v1/conversations/${conversationId}/messages?limit=${limit}${place(messages)}`);
        if (number >= 0) samples.add(performance.now() - sentAt);
      }
      (p50[kind] ??= []).push(samples.figures('page')['pageP50Ms'] ?? NaN);
    }
  }
  const figures = Object.entries(p50).flatMap(([kind, values]) => [
    [`${kind}SmallP50Ms`, values[0] ?? null],
    [`${kind}LargeP50Ms`, values.at(-1) ?? null],
  ]);
  const spread = Math.max(...Object.values(p50).map((values) => (values.at(-1) ?? NaN) / (values[0] ?? NaN)));
  return { ...Object.fromEntries(figures), slowestP50Ms: Math.max(...Object.values(p50).flat()), spread };
}

/** A page from memory is several times as fast as one from the tables. */
function servedFromTheLog(results: Results): ReturnType<Goal['isMet']> {
  const [newest, deep] = ['newestLargeP50Ms', 'deepLargeP50Ms'].map((figure) => results.figure(names.embedded, figure));
  return typeof newest !== 'number' || typeof deep !== 'number' ? null : newest <= deep / 2;
}
