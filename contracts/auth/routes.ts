import { z } from 'zod';
import { pageOf, SessionId } from '../primitives.js';
import type { RouteSpec } from '../route.js';
import { GuestBody, LoginBody, RefreshBody, RegisterBody, Session, SessionInfo } from './schemas.js';

const tag = 'auth';

export const authRoutes = {
  'auth.register': {
    method: 'POST',
    path: '/v1/auth/register',
    tag,
    auth: 'none',
    summary: 'Make an account and log in',
    body: RegisterBody,
    responses: { 201: Session },
    errors: ['user.nameTaken'],
  },
  'auth.login': {
    method: 'POST',
    path: '/v1/auth/login',
    tag,
    auth: 'none',
    summary: 'Log in with name and password',
    body: LoginBody,
    responses: { 200: Session },
    errors: ['auth.invalidCredentials'],
  },
  'auth.guest': {
    method: 'POST',
    path: '/v1/auth/guest',
    tag,
    auth: 'none',
    summary: 'Make a guest account and log in',
    body: GuestBody,
    responses: { 201: Session },
  },
  'auth.refresh': {
    method: 'POST',
    path: '/v1/auth/refresh',
    tag,
    auth: 'none',
    summary: 'Change a refresh token for new tokens; a spent one revokes its session',
    body: RefreshBody,
    responses: { 200: Session },
    errors: ['auth.invalidToken', 'auth.expired'],
  },
  'auth.logout': {
    method: 'POST',
    path: '/v1/auth/logout',
    tag,
    auth: 'user',
    summary: 'End this session and close its sockets',
    responses: { 204: null },
  },
  'auth.listSessions': {
    method: 'GET',
    path: '/v1/auth/sessions',
    tag,
    auth: 'user',
    summary: 'List my sessions',
    responses: { 200: pageOf(SessionInfo) },
  },
  'auth.revokeSession': {
    method: 'DELETE',
    path: '/v1/auth/sessions/{sessionId}',
    tag,
    auth: 'user',
    summary: 'End one of my sessions and close its sockets',
    params: z.strictObject({ sessionId: SessionId }),
    responses: { 204: null },
    errors: ['session.notFound'],
  },
} as const satisfies Record<string, RouteSpec>;
