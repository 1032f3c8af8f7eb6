/**
 * The error catalogue: every code a client can meet, on every transport.
 *
 * `status` is the HTTP status of the REST door, `retryable` says whether the same request can succeed later without a
 * change, and `meaning` says in one sentence what happened and on whose side the remedy lies.
 */
export interface ErrorSpec {
  readonly status: number;
  readonly retryable: boolean;
  readonly title: string;
  readonly meaning: string;
}

export const errorCatalogue = {
  'validation.failed': spec(
    400,
    false,
    'Validation failed',
    'The caller sent a body, query, path or payload that does not fit its schema; `errors` names each field.',
  ),
  'auth.required': spec(401, false, 'Authentication required', 'The caller sent no access token to something that needs one.'),
  'auth.invalidToken': spec(
    401,
    false,
    'Invalid token',
    'The token is forged, made for another audience, or revoked; the caller must log in again.',
  ),
  'auth.expired': spec(
    401,
    false,
    'Token expired',
    'The access token is past its time; the caller must refresh it and repeat the request.',
  ),
  'auth.invalidCredentials': spec(401, false, 'Invalid credentials', 'The name or the password is wrong; which of the two is not said.'),
  forbidden: spec(403, false, 'Forbidden', 'The caller is known and may see the thing, but a role or policy does not allow this.'),
  'user.notFound': spec(404, false, 'User not found', 'There is no such user, or the caller may not know of one.'),
  'conversation.notFound': spec(404, false, 'Conversation not found', 'There is no such conversation, or the caller is not in it.'),
  'message.notFound': spec(404, false, 'Message not found', 'There is no such message in the part of the conversation the caller may see.'),
  'member.notFound': spec(404, false, 'Member not found', 'The named user is not a member of this conversation.'),
  'invite.notFound': spec(
    404,
    false,
    'Invite not found',
    'The invite does not exist, is used up, or is past its time; the caller needs a new one.',
  ),
  'session.notFound': spec(404, false, 'Session not found', 'The caller has no such session.'),
  'route.notFound': spec(404, false, 'Route not found', 'No route has this method and path.'),
  'command.notFound': spec(404, false, 'Command not found', 'No socket command has this name.'),
  'user.nameTaken': spec(409, false, 'User name taken', 'Another user has this name; the caller must choose a different one.'),
  'conversation.nameTaken': spec(
    409,
    false,
    'Conversation name taken',
    'Another conversation has this name; the caller must choose a different one.',
  ),
  'member.alreadyMember': spec(409, false, 'Already a member', 'The user is in the conversation already; nothing was changed.'),
  'message.clientIdConflict': spec(
    409,
    false,
    'Client id conflict',
    'The caller used this `clientId` before in this conversation with another body; a new message needs a new id.',
  ),
  'message.deleted': spec(410, false, 'Message deleted', 'The message is deleted, so it cannot be edited, reacted to or pinned.'),
  'payload.tooLarge': spec(
    413,
    false,
    'Payload too large',
    'A body, frame, text, batch or attachment is over its limit; the caller must send less.',
  ),
  rateLimited: spec(429, true, 'Rate limited', 'The caller is over a rate; the same request works after `retryAfterMs`.'),
  overloaded: spec(
    503,
    true,
    'Overloaded',
    'The server cannot take more work now or is shutting down; nothing was stored, repeat after `retryAfterMs`.',
  ),
  internal: spec(500, true, 'Internal error', 'Something unforeseen failed on the server; `requestId` finds the cause in its log.'),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCatalogue;

/** One field that did not fit its schema. `path` is dotted, the empty string means the whole value. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

function spec(status: number, retryable: boolean, title: string, meaning: string): ErrorSpec {
  return { status, retryable, title, meaning };
}
