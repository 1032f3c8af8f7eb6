/** What a client needs to know about an error code, on every transport. */
export interface ErrorSpec {
  /** The HTTP status over REST. */
  readonly status: number;
  /** Whether the same request can succeed later without a change. */
  readonly retryable: boolean;
  readonly title: string;
  /** What happened, and what to do about it if that is not obvious. */
  readonly meaning: string;
}

/** The error catalogue: every code a client can receive. */
export const errorCatalogue = {
  'validation.failed': spec(
    400,
    false,
    'Validation failed',
    'The body, query, path or payload does not fit its schema. `errors` names each field.',
  ),
  'auth.required': spec(401, false, 'Authentication required', 'This needs an access token, and the request has none.'),
  'auth.invalidToken': spec(401, false, 'Invalid token', 'The token is forged, revoked or meant for another audience. Log in again.'),
  'auth.expired': spec(401, false, 'Token expired', 'The access token has expired. Refresh it and send the request again.'),
  'auth.invalidCredentials': spec(
    401,
    false,
    'Invalid credentials',
    'The user name or the password is wrong. The answer does not reveal which of them.',
  ),
  forbidden: spec(403, false, 'Forbidden', 'The caller may see this, but their role or a policy does not allow the action.'),
  'user.notFound': spec(404, false, 'User not found', 'The user does not exist or is hidden from the caller.'),
  'conversation.notFound': spec(
    404,
    false,
    'Conversation not found',
    'The conversation does not exist, or the caller is not a member of it.',
  ),
  'message.notFound': spec(
    404,
    false,
    'Message not found',
    'The message does not exist, or it is in a part of the history that the caller may not see.',
  ),
  'member.notFound': spec(404, false, 'Member not found', 'The user is not a member of this conversation.'),
  'request.notFound': spec(
    404,
    false,
    'Request not found',
    'The caller has no such request: it was answered, has expired, or the user who made it may not add them any more.',
  ),
  'invite.notFound': spec(
    404,
    false,
    'Invite not found',
    'The invite does not exist, has expired, is used up or revoked, or its creator may not invite any more. Ask for a new one.',
  ),
  'session.notFound': spec(404, false, 'Session not found', 'The caller has no such session.'),
  'route.notFound': spec(404, false, 'Route not found', 'No route has this method and path.'),
  'command.notFound': spec(404, false, 'Command not found', 'No socket command has this name.'),
  'user.nameTaken': spec(409, false, 'User name taken', 'Another user has this name. Choose a different one.'),
  'conversation.nameTaken': spec(
    409,
    false,
    'Conversation name taken',
    'Another public conversation has this name, or it is reserved. Choose a different one.',
  ),
  'member.alreadyMember': spec(409, false, 'Already a member', 'The user is already a member of the conversation. Nothing was changed.'),
  'message.clientIdConflict': spec(
    409,
    false,
    'Client id conflict',
    'This `clientId` was already used in this conversation for a different message. Use a new one for a new message.',
  ),
  'message.deleted': spec(410, false, 'Message deleted', 'The message is deleted, so it cannot be edited, reacted to or pinned.'),
  'payload.tooLarge': spec(
    413,
    false,
    'Payload too large',
    'A body, frame, text, metadata or batch is over its limit, which `limit` states. Send less.',
  ),
  rateLimited: spec(429, true, 'Rate limited', 'The caller has exceeded a rate limit. Try again after `retryAfterMs`.'),
  overloaded: spec(
    503,
    true,
    'Overloaded',
    'The server is shutting down or cannot accept more work right now. Nothing was stored. Try again after `retryAfterMs`.',
  ),
  internal: spec(500, true, 'Internal error', 'Something unexpected failed on the server. `requestId` finds the cause in the server log.'),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCatalogue;

/** A field that does not fit its schema. `path` is dotted; the empty string means the whole value. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

function spec(status: number, retryable: boolean, title: string, meaning: string): ErrorSpec {
  return { status, retryable, title, meaning };
}
