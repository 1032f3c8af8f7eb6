import { z } from 'zod';
import { pageOf, UserId } from '../primitives.js';
import type { RouteSpec } from '../route.js';
import { PatchMeBody, User, UserSearchQuery } from './schemas.js';

const tag = 'users';
const params = z.strictObject({ userId: UserId });

export const userRoutes = {
  'user.me': { method: 'GET', path: '/v1/users/me', tag, auth: 'user', summary: 'My profile', responses: { 200: User } },
  'user.patchMe': {
    method: 'PATCH',
    path: '/v1/users/me',
    tag,
    auth: 'user',
    summary: 'Change my profile',
    body: PatchMeBody,
    responses: { 200: User },
  },
  'user.search': {
    method: 'GET',
    path: '/v1/users',
    tag,
    auth: 'user',
    summary: 'Find users by name',
    query: UserSearchQuery,
    responses: { 200: pageOf(User) },
  },
  'user.get': {
    method: 'GET',
    path: '/v1/users/{userId}',
    tag,
    auth: 'user',
    summary: 'A profile',
    params,
    responses: { 200: User },
    errors: ['user.notFound'],
  },
  'user.block': {
    method: 'PUT',
    path: '/v1/users/{userId}/block',
    tag,
    auth: 'user',
    summary: 'Block a user: no direct messages, no invitations from them',
    params,
    responses: { 204: null },
    errors: ['user.notFound'],
  },
  'user.unblock': {
    method: 'DELETE',
    path: '/v1/users/{userId}/block',
    tag,
    auth: 'user',
    summary: 'Unblock a user',
    params,
    responses: { 204: null },
    errors: ['user.notFound'],
  },
} as const satisfies Record<string, RouteSpec>;
