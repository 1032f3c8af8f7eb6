import { examples } from '../examples.js';
import { pageOf } from '../primitives.js';
import { route, type RouteSpec } from '../route.js';
import { exampleSession } from './examples.js';
import { GuestBody, LoginBody, RefreshBody, RegisterBody, Session, SessionInfo, SessionTarget } from './schemas.js';

const tag = 'auth';

export const authRoutes = {
  'auth.register': route({
    method: 'POST',
    path: '/v1/auth/register',
    tag,
    auth: 'none',
    summary: 'Create an account and log in',
    description: 'Creates a user with a name and a password and opens a session for them.',
    body: RegisterBody,
    responses: { 201: Session },
    errors: ['user.nameTaken'],
    example: {
      body: { username: 'ada', password: examples.password, displayName: 'Ada Lovelace' },
      response: exampleSession,
    },
  }),
  'auth.login': route({
    method: 'POST',
    path: '/v1/auth/login',
    tag,
    auth: 'none',
    summary: 'Log in with a user name and password',
    description: 'Opens a session. Send its access token as a bearer token over REST, and as `auth.token` when connecting a socket.',
    body: LoginBody,
    responses: { 200: Session },
    errors: ['auth.invalidCredentials'],
    example: { body: { username: 'ada', password: examples.password }, response: exampleSession },
  }),
  'auth.guest': route({
    method: 'POST',
    path: '/v1/auth/guest',
    tag,
    auth: 'none',
    summary: 'Create a guest account and log in',
    description: 'Creates a user without a password and opens a session. The account is lost when its session ends.',
    body: GuestBody,
    responses: { 201: Session },
    example: { body: { displayName: 'Ada Lovelace' }, response: exampleSession },
  }),
  'auth.refresh': route({
    method: 'POST',
    path: '/v1/auth/refresh',
    tag,
    auth: 'none',
    summary: 'Exchange a refresh token for new tokens',
    description:
      'Each refresh token can be used once. A refresh that is repeated with the same token within the grace period (30 s unless the operator sets `AUTH_REFRESH_GRACE_SECONDS`), because its response was lost or two tabs sent it, returns the same next refresh token. Using a spent token later, or after the next one was used, revokes its session, because the token may have been stolen.',
    body: RefreshBody,
    responses: { 200: Session },
    errors: ['auth.invalidToken', 'auth.expired'],
    example: { body: { refreshToken: 'x8Rk2LwQ9mZtYb4NcVf6HjDsGpAe1UiO3oTnB5yKqXr' }, response: exampleSession },
  }),
  'auth.logout': route({
    method: 'POST',
    path: '/v1/auth/logout',
    tag,
    auth: 'user',
    summary: 'End this session',
    description: 'Revokes the session of the access token and closes its sockets.',
    responses: { 204: null },
    example: {},
  }),
  'auth.listSessions': route({
    method: 'GET',
    path: '/v1/auth/sessions',
    tag,
    auth: 'user',
    summary: 'List my sessions',
    description: 'Lists the open sessions of the caller, so that they can end those they do not recognize.',
    responses: { 200: pageOf(SessionInfo) },
    example: {
      response: {
        items: [
          {
            id: examples.sessionId,
            createdAt: examples.registeredAt,
            lastUsedAt: examples.changedAt,
            userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
            current: true,
          },
        ],
        nextCursor: null,
      },
    },
  }),
  'auth.revokeSession': route({
    method: 'DELETE',
    path: '/v1/auth/sessions/{sessionId}',
    tag,
    auth: 'user',
    summary: 'End one of my sessions',
    description: 'Revokes a session of the caller and closes its sockets.',
    params: SessionTarget,
    responses: { 204: null },
    errors: ['session.notFound'],
    example: { params: { sessionId: examples.sessionId } },
  }),
} as const satisfies Record<string, RouteSpec>;
