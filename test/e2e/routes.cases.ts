import type { RouteName } from '#contracts/routes.js';
import { authRouteCases } from './cases/auth.routes.cases.js';
import type { Cases } from './cases/case.js';
import { conversationRouteCases } from './cases/conversation.routes.cases.js';
import { membershipRouteCases } from './cases/membership.routes.cases.js';
import { messageChangeRouteCases } from './cases/message-change.routes.cases.js';
import { messageRouteCases } from './cases/message.routes.cases.js';
import { moderationRouteCases } from './cases/moderation.routes.cases.js';
import { operatorModerationRouteCases } from './cases/operator-moderation.routes.cases.js';
import { operationRouteCases } from './cases/operation.routes.cases.js';
import { receiptRouteCases } from './cases/receipt.routes.cases.js';
import { retentionRouteCases } from './cases/retention.routes.cases.js';
import { requestRouteCases } from './cases/request.cases.js';
import { settingsRouteCases } from './cases/settings.cases.js';
import { userRouteCases } from './cases/user.routes.cases.js';

/** The five cases of every REST route. A route of the contract without cases does not compile. */
export const routeCases: Record<RouteName, Cases> = {
  ...authRouteCases,
  ...userRouteCases,
  ...conversationRouteCases,
  ...membershipRouteCases,
  ...moderationRouteCases,
  ...messageRouteCases,
  ...messageChangeRouteCases,
  ...receiptRouteCases,
  ...operationRouteCases,
  ...operatorModerationRouteCases,
  ...retentionRouteCases,
  ...requestRouteCases,
  ...settingsRouteCases,
};
