import { z } from 'zod';
import type { RouteSpec } from '../route.js';
import { CreateNoticeBody, Liveness, Notice, Readiness, Stats } from './schemas.js';

const tag = 'operations';

export const operationRoutes = {
  'health.live': { method: 'GET', path: '/health/live', tag, auth: 'none', summary: 'The process runs', responses: { 200: Liveness } },
  'health.ready': {
    method: 'GET',
    path: '/health/ready',
    tag,
    auth: 'none',
    summary: 'The process can take work; each dependency by name',
    responses: { 200: Readiness, 503: Readiness },
  },
  'metrics.get': {
    method: 'GET',
    path: '/metrics',
    tag,
    auth: 'none',
    summary: 'Prometheus metrics, for loopback or the bearer of METRICS_TOKEN',
    responses: { 200: z.string() },
    errors: ['auth.required'],
  },
  'admin.stats': {
    method: 'GET',
    path: '/admin/stats',
    tag,
    auth: 'operator',
    summary: 'Figures for the operator',
    responses: { 200: Stats },
  },
  'admin.notice': {
    method: 'POST',
    path: '/admin/notices',
    tag,
    auth: 'operator',
    summary: 'Send a notice to everybody who is connected',
    body: CreateNoticeBody,
    responses: { 201: Notice },
    errors: ['forbidden'],
  },
} as const satisfies Record<string, RouteSpec>;
