import { z } from 'zod';
import { route, type RouteSpec } from '../route.js';
import { exampleNotice, exampleReadiness, exampleStats } from './examples.js';
import { CreateNoticeBody, Liveness, Notice, Readiness, Stats } from './schemas.js';

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
} as const satisfies Record<string, RouteSpec>;
