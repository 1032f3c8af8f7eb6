/** Raises the limits that protect a server from a single client, because a load generator is one. The lobby would put every guest into one room. */
export const raisedLimits = {
  RATE_REGISTER_PER_MINUTE: '10000000',
  RATE_REST_PER_SECOND: '10000000',
  RATE_ADDITIONS_PER_MINUTE: '10000000',
  ADDITIONS_UNANSWERED_PER_DAY_MAX: '10000000',
  ADDITIONS_UNANSWERED_PER_PERSON_MAX: '10000000',
  SOCKET_EVENTS_PER_SECOND_MAX: '10000000',
  LOBBY: 'off',
} as const;
