import { describeConversationLog } from './conversation-log.suite.js';
import { createPostgresStore } from './log/postgres-store.js';

describeConversationLog('Postgres', createPostgresStore);
