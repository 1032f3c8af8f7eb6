import type { ErrorCode } from '#contracts/errors.js';
import type { RouteName } from '#contracts/routes.js';
import { api, type RawInput } from '../../support/api.js';
import { loginOperator } from '../../support/operator.js';
import { scene } from '../../support/scene.js';
import { anyUser, type Cases, instead, isRefused } from './case.js';

type Target = { params: { conversationId: string }; ofMember: { conversationId: string; userId: string } };

interface OperatorRoute {
  readonly input: (target: Target) => RawInput;
  readonly invalid: (target: Target) => RawInput;
  readonly status: number;
  /** What the same request answers the second time. */
  readonly repeated: number | ErrorCode;
}

/** The five cases of a route by which operators act in a conversation of other users. */
function operatorCases(name: RouteName, { input, invalid, status, repeated }: OperatorRoute): Cases {
  const target = async (): Promise<Target> => {
    const { member, conversationId } = await scene();
    return { params: { conversationId }, ofMember: { conversationId, userId: member.userId } };
  };
  return {
    anonymous: async () => isRefused({}, name, input(await target()), 'auth.required'),
    stranger: async () => isRefused(await anyUser(), name, input(await target()), 'auth.invalidToken'),
    invalid: instead('only an operator gets as far as validation', async () =>
      isRefused(await loginOperator(), name, invalid(await target()), 'validation.failed'),
    ),
    happy: async () => {
      (await api(await loginOperator()).raw(name, input(await target()))).ok(status);
    },
    repeated: async () => {
      const [operator, request] = [api(await loginOperator()), input(await target())];
      (await operator.raw(name, request)).ok(status);
      const again = await operator.raw(name, request);
      if (typeof repeated === 'number') again.ok(repeated);
      else again.problem(repeated);
    },
  };
}

export const operatorModerationRouteCases = {
  'admin.conversations': operatorCases('admin.conversations', {
    input: () => ({}),
    invalid: () => ({ query: { limit: 0 } }),
    status: 200,
    repeated: 200,
  }),
  'admin.conversation': operatorCases('admin.conversation', {
    input: ({ params }) => ({ params }),
    invalid: () => ({ params: { conversationId: 'x' } }),
    status: 200,
    repeated: 200,
  }),
  'admin.conversationPatch': operatorCases('admin.conversationPatch', {
    input: ({ params }) => ({ params, body: { title: 'Renamed' } }),
    invalid: ({ params }) => ({ params, body: { title: '' } }),
    status: 200,
    repeated: 200,
  }),
  'admin.conversationDelete': operatorCases('admin.conversationDelete', {
    input: ({ params }) => ({ params }),
    invalid: () => ({ params: { conversationId: 'x' } }),
    status: 204,
    repeated: 'conversation.notFound',
  }),
  'admin.messages': operatorCases('admin.messages', {
    input: ({ params }) => ({ params }),
    invalid: ({ params }) => ({ params, query: { limit: 0 } }),
    status: 200,
    repeated: 200,
  }),
  'admin.messageDelete': operatorCases('admin.messageDelete', {
    input: ({ params }) => ({ params: { ...params, seq: 1 } }),
    invalid: ({ params }) => ({ params: { ...params, seq: 0 } }),
    status: 200,
    repeated: 200,
  }),
  'admin.members': operatorCases('admin.members', {
    input: ({ params }) => ({ params }),
    invalid: ({ params }) => ({ params, query: { limit: 0 } }),
    status: 200,
    repeated: 200,
  }),
  'admin.memberPatch': operatorCases('admin.memberPatch', {
    input: ({ ofMember }) => ({ params: ofMember, body: { role: 'moderator' } }),
    invalid: ({ ofMember }) => ({ params: ofMember, body: { role: 'god' } }),
    status: 200,
    repeated: 200,
  }),
  'admin.memberRemove': operatorCases('admin.memberRemove', {
    input: ({ ofMember }) => ({ params: ofMember }),
    invalid: ({ params }) => ({ params: { ...params, userId: 'x' } }),
    status: 204,
    repeated: 'member.notFound',
  }),
  'admin.bans': operatorCases('admin.bans', {
    input: ({ params }) => ({ params }),
    invalid: ({ params }) => ({ params, query: { limit: 0 } }),
    status: 200,
    repeated: 200,
  }),
  'admin.banPut': operatorCases('admin.banPut', {
    input: ({ ofMember }) => ({ params: ofMember, body: {} }),
    invalid: ({ ofMember }) => ({ params: ofMember, body: { until: 'soon' } }),
    status: 200,
    repeated: 200,
  }),
  'admin.banDelete': operatorCases('admin.banDelete', {
    input: ({ ofMember }) => ({ params: ofMember }),
    invalid: ({ params }) => ({ params: { ...params, userId: 'x' } }),
    status: 204,
    repeated: 204,
  }),
  'admin.mutes': operatorCases('admin.mutes', {
    input: ({ params }) => ({ params }),
    invalid: ({ params }) => ({ params, query: { limit: 0 } }),
    status: 200,
    repeated: 200,
  }),
  'admin.mutePut': operatorCases('admin.mutePut', {
    input: ({ ofMember }) => ({ params: ofMember, body: {} }),
    invalid: ({ ofMember }) => ({ params: ofMember, body: { until: 'soon' } }),
    status: 200,
    repeated: 200,
  }),
  'admin.muteDelete': operatorCases('admin.muteDelete', {
    input: ({ ofMember }) => ({ params: ofMember }),
    invalid: ({ params }) => ({ params: { ...params, userId: 'x' } }),
    status: 204,
    repeated: 204,
  }),
  'admin.audit': operatorCases('admin.audit', {
    input: () => ({}),
    invalid: () => ({ query: { limit: 0 } }),
    status: 200,
    repeated: 200,
  }),
} as const satisfies Record<string, Cases>;
