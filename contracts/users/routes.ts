import { examples } from '../examples.js';
import { pageOf } from '../primitives.js';
import { route, type RouteSpec } from '../route.js';
import { exampleSettings, exampleUser } from './examples.js';
import { PatchMeBody, PatchSettingsBody, Settings, User, UserSearchQuery, UserTarget } from './schemas.js';

const tag = 'users';

export const userRoutes = {
  'user.me': route({
    method: 'GET',
    path: '/v1/users/me',
    tag,
    auth: 'user',
    summary: 'Get my profile',
    description: 'Returns the profile of the caller.',
    responses: { 200: User },
    example: { response: exampleUser },
  }),
  'user.patchMe': route({
    method: 'PATCH',
    path: '/v1/users/me',
    tag,
    auth: 'user',
    summary: 'Change my profile',
    description: 'Changes the fields that are present and returns the whole profile.',
    body: PatchMeBody,
    responses: { 200: User },
    example: { body: { displayName: 'Ada Lovelace', metadata: { team: 'engines' } }, response: exampleUser },
  }),
  'settings.get': route({
    method: 'GET',
    path: '/v1/me/settings',
    tag,
    auth: 'user',
    summary: 'Get my settings',
    description: 'Returns what the caller has decided about being added, last seen and appearing offline.',
    responses: { 200: Settings },
    example: { response: exampleSettings },
  }),
  'settings.patch': route({
    method: 'PATCH',
    path: '/v1/me/settings',
    tag,
    auth: 'user',
    summary: 'Change my settings',
    description:
      'Changes the settings that are present and returns all of them. A change is in force on all nodes when the answer arrives.',
    body: PatchSettingsBody,
    responses: { 200: Settings },
    example: { body: { whoMayAdd: 'contacts' }, response: exampleSettings },
  }),
  'user.search': route({
    method: 'GET',
    path: '/v1/users',
    tag,
    auth: 'user',
    summary: 'Find users by name',
    description: 'Lists the users whose user name or display name contains `query`, in any case and with or without accents.',
    query: UserSearchQuery,
    responses: { 200: pageOf(User) },
    example: { query: { query: 'ada', limit: 20 }, response: { items: [exampleUser], nextCursor: null } },
  }),
  'user.get': route({
    method: 'GET',
    path: '/v1/users/{userId}',
    tag,
    auth: 'user',
    summary: 'Get a profile',
    description: 'Returns the public profile of any user.',
    params: UserTarget,
    responses: { 200: User },
    errors: ['user.notFound'],
    example: { params: { userId: examples.ada }, response: exampleUser },
  }),
  'user.block': route({
    method: 'PUT',
    path: '/v1/users/{userId}/block',
    tag,
    auth: 'user',
    summary: 'Block a user',
    description:
      'Ends direct messages between the two, in both directions, and stops the user from adding the caller to conversations. From then on neither sees the presence, typing and receipts of the other. History stays readable.',
    params: UserTarget,
    responses: { 204: null },
    errors: ['user.notFound'],
    example: { params: { userId: examples.grace } },
  }),
  'user.unblock': route({
    method: 'DELETE',
    path: '/v1/users/{userId}/block',
    tag,
    auth: 'user',
    summary: 'Unblock a user',
    description: 'Lifts a block: both see each other again at once. It is not an error if there is none.',
    params: UserTarget,
    responses: { 204: null },
    errors: ['user.notFound'],
    example: { params: { userId: examples.grace } },
  }),
} as const satisfies Record<string, RouteSpec>;
