/**
 * What all examples share. Ada and Grace are members of the group "engine-room"; Ada asks "Lunch at noon?" as message 42 and
 * Grace answers as message 43.
 */
export const examples = {
  ada: '019cf1a2-5d10-7c3e-8f21-0a6b4d9e7c11',
  grace: '019cf1a2-6b84-7a90-b3d7-51e2c8f04a36',
  sessionId: '019cf1a2-5d9b-7e47-90ac-c81f36d2e504',
  conversationId: '019cf1a3-0e52-7d18-9c4f-7b20e6a1d583',
  messageId: '019cf1b7-42c9-7f06-a1be-3d95807c6e2f',
  clientId: '019cf1b7-3fa1-7b62-8d0c-94e6f12b75a8',
  epoch: '019cf19f-c2d4-7a15-b6e3-08d7915cf42a',
  seq: 42,
  rev: 57,
  accessToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTljZjFhMi01ZDEwLTdjM2UtOGYyMS0wYTZiNGQ5ZTdjMTEifQ.q0Yv3mK1',
  refreshToken: 'n3vJ0b8Kq5rXwTzYc1LdFhGm7PsAeUi2OoRt4VyBxZk',
  password: 'correct horse battery staple',
  registeredAt: '2026-03-15T13:14:35.664Z',
  createdAt: '2026-03-15T13:15:21.042Z',
  sentAt: '2026-03-15T13:37:25.193Z',
  changedAt: '2026-03-15T13:41:02.718Z',
} as const;
