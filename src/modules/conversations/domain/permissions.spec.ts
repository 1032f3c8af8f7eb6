import fc from 'fast-check';
import { ConversationType, Permission, Role } from '#contracts/conversations/schemas.js';
import { permissionsOf } from './permissions.js';
import { patchPolicy, policyOf, visibleFromSeq } from './policy.js';
import { outranks } from './roles.js';

const role = fc.constantFrom(...Role.options);
const type = fc.constantFrom(...ConversationType.options);
const policy = fc.record({ post: role, invite: role, pin: role });

describe('permissions', () => {
  it('a higher role has all permissions of a lower role', () => {
    fc.assert(
      fc.property(type, policy, role, role, fc.boolean(), (ofType, ranks, a, b, silenced) => {
        const [high, low] = outranks(a, b) ? [a, b] : [b, a];
        const context = { type: ofType, policy: policyOf(ofType, ranks), silenced };
        const granted = permissionsOf({ ...context, role: high });
        expect(granted).toEqual(expect.arrayContaining(permissionsOf({ ...context, role: low })));
      }),
    );
  });

  it('are listed once each, in the order of the contract', () => {
    const all = permissionsOf({ type: 'group', policy: policyOf('group'), role: 'owner', silenced: false });
    expect(all).toEqual(Permission.options);
  });

  it('`post` names the lowest role that may post', () => {
    const may = (lowest: Role, one: Role) =>
      permissionsOf({ type: 'channel', policy: policyOf('channel', { post: lowest }), role: one, silenced: false }).includes('post');
    expect(may('moderator', 'moderator')).toBe(true);
    expect(may('moderator', 'member')).toBe(false);
    expect(may('readonly', 'readonly')).toBe(true);
  });

  it('a direct conversation grants only post and pin, and nothing after a block', () => {
    const direct = { type: 'direct', policy: policyOf('direct'), role: 'member' } as const;
    expect(permissionsOf({ ...direct, silenced: false })).toEqual(['post', 'pin']);
    expect(permissionsOf({ ...direct, silenced: true })).toEqual([]);
  });
});

describe('policy', () => {
  it('a patch changes the fields it names and no other', () => {
    const before = policyOf('group');
    expect(patchPolicy(before, { slowModeSeconds: 5, post: undefined })).toEqual({ ...before, slowModeSeconds: 5 });
  });

  it('a late member sees the whole history, or only what came after they joined', () => {
    expect(visibleFromSeq(policyOf('group'), 41)).toBe(1);
    expect(visibleFromSeq(policyOf('group', { historyForNewMembers: 'fromJoin' }), 41)).toBe(42);
    expect(visibleFromSeq(policyOf('group', { historyForNewMembers: 'fromJoin' }), 0)).toBe(1);
  });
});
