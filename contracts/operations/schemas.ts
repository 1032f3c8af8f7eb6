import { z } from 'zod';
import { NoticeId, storableText, Timestamp } from '../primitives.js';

/** An operator's notice to everybody who is connected. */
export const Notice = z.object({ id: NoticeId, level: z.enum(['info', 'warning', 'critical']), text: z.string(), at: Timestamp });
export type Notice = z.infer<typeof Notice>;
export const CreateNoticeBody = z.strictObject({ level: z.enum(['info', 'warning', 'critical']).optional(), text: storableText(1, 2000) });
export type CreateNoticeBody = z.infer<typeof CreateNoticeBody>;

export const QueueCounts = z.object({
  name: z.string(),
  waiting: z.int(),
  active: z.int(),
  delayed: z.int(),
  failed: z.int(),
  completed: z.int(),
});
/** What an operator sees at a glance. Ages and times in milliseconds, memory in bytes. */
export const Stats = z.object({
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
});
export type Stats = z.infer<typeof Stats>;

export const Liveness = z.object({ status: z.literal('ok') });
/** Each dependency by name, `up` or `down`; the answer is 503 when one of them is down. */
export const Readiness = z.object({
  status: z.enum(['ok', 'error', 'shutting_down']),
  info: z.record(z.string(), z.unknown()).optional(),
  error: z.record(z.string(), z.unknown()).optional(),
  details: z.record(z.string(), z.object({ status: z.enum(['up', 'down']) }).loose()),
});
export type Readiness = z.infer<typeof Readiness>;
