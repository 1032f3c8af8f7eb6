import fc from 'fast-check';
import { Role } from '#contracts/conversations/schemas.js';
import { mayAddAs, mayChangeRole, mayRemove } from './member-rules.js';
import { atLeast, outranks } from './roles.js';

const role = fc.constantFrom(...Role.options);

describe('roles', () => {
  it('rank in the order of the contract', () => {
    fc.assert(
      fc.property(role, role, (a, b) => {
        expect(outranks(a, b)).toBe(Role.options.indexOf(a) < Role.options.indexOf(b));
        expect(atLeast(a, b)).toBe(!outranks(b, a));
      }),
    );
  });
});

describe('powers over other members', () => {
  it('no role removes, bans or demotes a member who does not rank below it', () => {
    fc.assert(
      fc.property(role, role, role, fc.integer({ min: 1, max: 3 }), (actor, target, to, owners) => {
        if (outranks(actor, target)) return;
        expect(mayRemove(actor, target)).toBe(false);
        expect(mayChangeRole({ actor, target, to, self: false, owners })).toBe(false);
      }),
    );
  });

  it('only an owner gives a role that is not below their own', () => {
    fc.assert(
      fc.property(role, role, role, (actor, target, to) => {
        const allowed = mayChangeRole({ actor, target, to, self: false, owners: 1 });
        if (allowed) expect(actor === 'owner' || outranks(actor, to)).toBe(true);
      }),
    );
  });

  it('members cannot raise their own role', () => {
    fc.assert(
      fc.property(role, role, fc.integer({ min: 1, max: 3 }), (actor, to, owners) => {
        if (mayChangeRole({ actor, target: actor, to, self: true, owners })) expect(outranks(to, actor)).toBe(false);
      }),
    );
  });

  it('the last owner cannot step down, one of two owners can', () => {
    const stepDown = { actor: 'owner', target: 'owner', to: 'member', self: true } as const;
    expect(mayChangeRole({ ...stepDown, owners: 1 })).toBe(false);
    expect(mayChangeRole({ ...stepDown, owners: 2 })).toBe(true);
  });

  it('an owner can appoint another owner, an admin cannot appoint another admin', () => {
    expect(mayChangeRole({ actor: 'owner', target: 'member', to: 'owner', self: false, owners: 1 })).toBe(true);
    expect(mayChangeRole({ actor: 'admin', target: 'member', to: 'admin', self: false, owners: 1 })).toBe(false);
    expect(mayChangeRole({ actor: 'admin', target: 'member', to: 'moderator', self: false, owners: 1 })).toBe(true);
  });

  it('moderators can remove members, members cannot remove anyone', () => {
    expect(mayRemove('moderator', 'member')).toBe(true);
    fc.assert(fc.property(role, (target) => expect(mayRemove('member', target)).toBe(false)));
  });

  it('an added member is a plain member or gets a role below the actor’s', () => {
    fc.assert(
      fc.property(role, role, (actor, given) => {
        if (mayAddAs(actor, given)) expect(atLeast('member', given) || outranks(actor, given)).toBe(true);
      }),
    );
    expect(mayAddAs('moderator', 'moderator')).toBe(false);
    expect(mayAddAs('member', 'member')).toBe(true);
  });
});
