import { z } from 'zod';
import { ConversationType } from '../conversations/schemas.js';
import { AuditEntryId, ConversationId, NoticeId, PageQuery, SeqCursor, Timestamp, UserId } from '../primitives.js';
import { visibleText } from '../text.js';

const NoticeLevel = z.enum(['info', 'warning', 'critical']);

export const Notice = z
  .object({ id: NoticeId, level: NoticeLevel, text: z.string(), at: Timestamp })
  .meta({ id: 'Notice', description: "An operator's notice to everyone who is connected." });
export type Notice = z.infer<typeof Notice>;

export const CreateNoticeBody = z
  .strictObject({ level: NoticeLevel.optional(), text: visibleText(1, 2000) })
  .meta({ id: 'CreateNoticeBody', description: 'A new notice; its level is `info` by default.' });
export type CreateNoticeBody = z.infer<typeof CreateNoticeBody>;

export const QueueCounts = z
  .object({ name: z.string(), waiting: z.int(), active: z.int(), delayed: z.int(), failed: z.int(), completed: z.int() })
  .meta({ id: 'QueueCounts', description: 'The jobs of a queue, counted by state.' });

export const Stats = z
  .object({
    version: z.string(),
    mode: z.enum(['embedded', 'cluster']),
    uptimeMs: z.number(),
    residentBytes: z.int(),
    sockets: z.int(),
    usersOnline: z.int(),
    users: z.int(),
    conversations: z.int(),
    messages: z.int(),
    backlog: z.object({ entries: z.int(), oldestAgeMs: z.number().nullable() }),
    queues: z.array(QueueCounts),
  })
  .meta({
    id: 'Stats',
    description:
      'Figures for the operator: memory and uptime of the answering process, everything else of the whole cluster. `backlog` counts committed changes that are not in the tables yet. Row counts over 100,000 are estimates.',
  });
export type Stats = z.infer<typeof Stats>;

export const RetentionRunId = z
  .uuid()
  .meta({ id: 'RetentionRunId', description: 'Identifies a run of retention.' })
  .brand<'RetentionRunId'>();
export type RetentionRunId = z.infer<typeof RetentionRunId>;

export const StartRetentionBody = z
  .strictObject({ dryRun: z.boolean().optional().describe('Only count what would be deleted; false by default.') })
  .meta({ id: 'StartRetentionBody', description: 'How to run retention.' });
export type StartRetentionBody = z.infer<typeof StartRetentionBody>;

export const RetentionRun = z
  .object({
    id: RetentionRunId,
    dryRun: z.boolean(),
    requestedAt: Timestamp,
    startedAt: Timestamp.nullable(),
    endedAt: Timestamp.nullable(),
    conversations: z.int().min(0),
    messages: z.int().min(0),
    ranges: z.int().min(0),
    purgedConversations: z.int().min(0),
    error: z.string().nullable(),
  })
  .meta({
    id: 'RetentionRun',
    description:
      'A run that deletes expired messages and purges deleted conversations, and what it has done so far. `conversations`, `messages` and `ranges` count what was deleted, `purgedConversations` the deleted conversations that are gone for good. A dry run counts what a run would delete. `endedAt` is null while it waits or runs; `error` says why it ended early.',
  });
export type RetentionRun = z.infer<typeof RetentionRun>;

export const DeletedConversation = z
  .object({
    id: ConversationId,
    type: ConversationType,
    name: z.string().nullable(),
    title: z.string().nullable(),
    deletedAt: Timestamp,
    purgeAt: Timestamp,
  })
  .meta({
    id: 'DeletedConversation',
    description: 'A deleted conversation that can be restored until `purgeAt`. `name` is the one it had.',
  });
export type DeletedConversation = z.infer<typeof DeletedConversation>;

export const Liveness = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness', description: 'The process is running.' });

export const Readiness = z
  .object({
    status: z.enum(['ok', 'error', 'shutting_down']),
    info: z.record(z.string(), z.unknown()).optional(),
    error: z.record(z.string(), z.unknown()).optional(),
    details: z.record(z.string(), z.object({ status: z.enum(['up', 'down']) }).loose()),
  })
  .meta({ id: 'Readiness', description: 'Whether the process can take work, and the state of each dependency by name.' });
export type Readiness = z.infer<typeof Readiness>;

export const AuditEntry = z
  .object({
    id: AuditEntryId,
    at: Timestamp,
    operator: z.string().describe("The operator's name."),
    address: z.string().describe('The network address of the operator.'),
    action: z.string().describe('The name of the route.'),
    conversationId: ConversationId.nullable(),
    userId: UserId.nullable(),
    seq: SeqCursor.nullable(),
    outcome: z.string().nullable().describe('`ok` or the code of the error; null if the server stopped in the middle of the request.'),
  })
  .meta({ id: 'AuditEntry', description: 'What an operator saw or did, where and when. It contains no text of any conversation.' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditQuery = PageQuery.extend({
  conversationId: ConversationId.optional().describe('Only what concerns this conversation.'),
}).meta({ id: 'AuditQuery', description: 'Selects a page of the audit log.' });
export type AuditQuery = z.infer<typeof AuditQuery>;
