import type { EventName } from '#contracts/events.js';
import type { Cases } from './cases/case.js';
import { membershipEventCases } from './cases/membership.events.cases.js';
import { messageEventCases } from './cases/message.events.cases.js';
import { resyncEventCases } from './cases/resync.events.cases.js';
import { sessionEventCases } from './cases/session.events.cases.js';
import { requestEventCases } from './cases/request.cases.js';
import { settingsEventCases } from './cases/settings.cases.js';

/** The five cases of every event. An event of the contract without cases does not compile. */
export const eventCasesByName: Record<EventName, Cases> = {
  ...messageEventCases,
  ...membershipEventCases,
  ...sessionEventCases,
  ...resyncEventCases,
  ...requestEventCases,
  ...settingsEventCases,
};
