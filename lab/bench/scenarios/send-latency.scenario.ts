import type { Scenario } from '../scenario.js';
import { connectPairs, sized } from '../users/crowds.js';
import { allOf, figureRatioAtMost, figuresAtMost, names } from '../report/goals.js';
import { bareContender, closedLoop, embeddedContender, type ConnectUsers, type Load } from '../servers/contenders.js';
import { OpenLoop } from '../generator/open-loop.js';

const pairs = 1000;
const quickPairs = 400;
const limits = { ackP50Ms: 3, memberP50Ms: 3, ackP99Ms: 25, memberP99Ms: 25 };
const connectUsers: ConnectUsers = (chat, options, defer) => connectPairs(chat, sized(options, pairs, quickPairs), defer);

/** Half of Parley's maximum rate, for all contenders. Parley comes first and finds it with the closed loop of W2. */
let rate: number | undefined;
const atHalf: Load = async (crowd, options) => {
  let sentBefore = 0;
  if (rate === undefined) {
    const most = await closedLoop(crowd, { ...options, seconds: Math.min(3, options.seconds) });
    rate = (most['acksPerSecond'] ?? 0) / 2;
    sentBefore = most.sent;
  }
  const figures = await new OpenLoop(crowd, rate, options).run();
  return { ...figures, sent: figures.sent + sentBefore };
};

/** Latency below saturation. */
export const scenario: Scenario = {
  id: 'W3',
  summary: `${pairs} pairs (${quickPairs} when quick) at a fixed rate, half of Parley's maximum: ack and send-to-member latency`,
  mainFigure: 'ackP99Ms',
  isLessBetter: true,
  reference: names.socketio,
  uncountedRounds: 1,
  columns: [
    { figure: 'sendsPerSecond', title: 'sends/s', digits: 0 },
    { figure: 'ackP50Ms', title: 'ack p50 ms', digits: 2 },
    { figure: 'ackP99Ms', title: 'ack p99 ms', digits: 2 },
    { figure: 'memberP50Ms', title: 'member p50 ms', digits: 2 },
    { figure: 'memberP99Ms', title: 'member p99 ms', digits: 2 },
  ],
  contenders: [embeddedContender(connectUsers, atHalf), bareContender('bare-socketio', connectUsers, atHalf)],
  bar: figuresAtMost('p50 <= 3 ms, p99 <= 25 ms, of ack and member', limits),
  stretchGoal: allOf(
    'all four <= 2x bare Socket.IO',
    Object.keys(limits).map((figure) => figureRatioAtMost(figure, 2, names.socketio)),
  ),
};
