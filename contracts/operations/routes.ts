import { z } from 'zod';
import { route, type RouteSpec } from '../route.js';
import { exampleConversationInEvent } from '../conversations/examples.js';
import { Conversation } from '../conversations/schemas.js';
import { examples } from '../examples.js';
import { PageQuery, pageOf } from '../primitives.js';
import { ConversationTarget } from '../targets.js';
import {
  exampleDeletedConversation,
  exampleNotice,
  exampleReadiness,
  exampleRetentionRun,
  exampleStats,
  exampleWaitingRun,
} from './examples.js';
import { moderationRoutes } from './moderation-routes.js';
import { CreateNoticeBody, DeletedConversation, Liveness, Notice, Readiness, RetentionRun, StartRetentionBody, Stats } from './schemas.js';

const tag = 'operations';

export const operationRoutes = {
  'health.live': route({
    method: 'GET',
    path: '/health/live',
    tag,
    auth: 'none',
    summary: 'Check that the process runs',
    description: 'Answers as long as the process runs. Restart the process if it does not.',
    responses: { 200: Liveness },
    example: { response: { status: 'ok' } },
  }),
  'health.ready': route({
    method: 'GET',
    path: '/health/ready',
    tag,
    auth: 'none',
    summary: 'Check that the process can take work',
    description: 'Answers 503 while a required dependency is down or the process shuts down. Send it no traffic then.',
    responses: { 200: Readiness, 503: Readiness },
    example: { response: exampleReadiness },
  }),
  'metrics.get': route({
    method: 'GET',
    path: '/metrics',
    tag,
    auth: 'none',
    summary: 'Get Prometheus metrics',
    description: 'Needs `METRICS_TOKEN` as a bearer token if one is configured; otherwise answers to loopback addresses only.',
    responses: { 200: z.string() },
    errors: ['auth.required'],
    example: {
      response: '# HELP parley_sockets Connected sockets.\n# TYPE parley_sockets gauge\nparley_sockets 2\n',
    },
  }),
  'admin.stats': route({
    method: 'GET',
    path: '/admin/stats',
    tag,
    auth: 'operator',
    summary: 'Get figures for the operator',
    description: 'Users, sockets, messages, the backlog and the queues at a glance.',
    responses: { 200: Stats },
    example: { response: exampleStats },
  }),
  'admin.notice': route({
    method: 'POST',
    path: '/admin/notices',
    tag,
    auth: 'operator',
    summary: 'Send a notice to everyone',
    description: 'Sends the event `notice` to every connected socket. Notices are not stored.',
    body: CreateNoticeBody,
    responses: { 201: Notice },
    errors: ['forbidden'],
    example: { body: { level: 'warning', text: 'Maintenance starts at 14:00 UTC.' }, response: exampleNotice },
  }),
  'admin.startRetention': route({
    method: 'POST',
    path: '/admin/retention/runs',
    tag,
    auth: 'operator',
    summary: 'Delete what has expired, or count it',
    description:
      'Runs retention in the background now, without waiting for its next regular run. With `dryRun` it deletes nothing and counts what a run would delete. A request while an equal run waits answers that run.',
    body: StartRetentionBody,
    responses: { 202: RetentionRun },
    errors: ['forbidden'],
    example: { body: { dryRun: true }, response: exampleWaitingRun },
  }),
  'admin.retentionRuns': route({
    method: 'GET',
    path: '/admin/retention/runs',
    tag,
    auth: 'operator',
    summary: 'List runs of retention',
    description: 'Lists the runs that deleted something or were requested, the newest first. The newest 10,000 are kept.',
    query: PageQuery,
    responses: { 200: pageOf(RetentionRun) },
    example: { query: { limit: 20 }, response: { items: [exampleRetentionRun], nextCursor: null } },
  }),
  'admin.deletedConversations': route({
    method: 'GET',
    path: '/admin/conversations/deleted',
    tag,
    auth: 'operator',
    summary: 'List deleted conversations',
    description: 'Lists the deleted conversations that can still be restored, the latest deletion first.',
    query: PageQuery,
    responses: { 200: pageOf(DeletedConversation) },
    example: { query: { limit: 20 }, response: { items: [exampleDeletedConversation], nextCursor: null } },
  }),
  'admin.restoreConversation': route({
    method: 'POST',
    path: '/admin/conversations/{conversationId}/restore',
    tag,
    auth: 'operator',
    summary: 'Restore a deleted conversation',
    description:
      'Undoes a deletion within `DELETED_CONVERSATION_UNDO_SECONDS`: the members are members again, with their roles, cursors and history, and receive `conversation.added`. Its name comes back unless another conversation has taken it; its invites do not come back. Restoring a conversation that is not deleted changes nothing.',
    params: ConversationTarget,
    responses: { 200: Conversation },
    errors: ['conversation.notFound', 'forbidden'],
    example: { params: { conversationId: examples.conversationId }, response: exampleConversationInEvent },
  }),
  ...moderationRoutes,
} as const satisfies Record<string, RouteSpec>;
