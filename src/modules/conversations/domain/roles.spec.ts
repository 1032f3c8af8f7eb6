import fc from 'fast-check';
import { Role } from '#contracts/conversations/schemas.js';
import { mayAddAs, mayChangeRole, mayRemove } from './member-rules.js';
import { atLeast, outranks } from './roles.js';

const role = fc.constantFrom(...Role.options);

describe('roles', () => {
  it('stand in one order, the contract’s', () => {
    fc.assert(
      fc.property(role, role, (a, b) => {
        expect(outranks(a, b)).toBe(Role.options.indexOf(a) < Role.options.indexOf(b));
        expect(atLeast(a, b)).toBe(!outranks(b, a));
      }),
    );
  });
});

describe('who may do what to whom', () => {
  it('nobody removes, bans or demotes somebody who is not below them', () => {
    fc.assert(
      fc.property(role, role, role, fc.integer({ min: 1, max: 3 }), (actor, target, to, owners) => {
        if (outranks(actor, target)) return;
        expect(mayRemove(actor, target)).toBe(false);
        expect(mayChangeRole({ actor, target, to, self: false, owners })).toBe(false);
      }),
    );
  });

  it('nobody but an owner gives a role that is not below their own', () => {
    fc.assert(
      fc.property(role, role, role, (actor, target, to) => {
        const allowed = mayChangeRole({ actor, target, to, self: false, owners: 1 });
        if (allowed) expect(actor === 'owner' || outranks(actor, to)).toBe(true);
      }),
    );
  });

  it('nobody gives themselves a higher role', () => {
    fc.assert(
      fc.property(role, role, fc.integer({ min: 1, max: 3 }), (actor, to, owners) => {
        if (mayChangeRole({ actor, target: actor, to, self: true, owners })) expect(outranks(to, actor)).toBe(false);
      }),
    );
  });

  it('the last owner cannot step down, one of two can', () => {
    const stepDown = { actor: 'owner', target: 'owner', to: 'member', self: true } as const;
    expect(mayChangeRole({ ...stepDown, owners: 1 })).toBe(false);
    expect(mayChangeRole({ ...stepDown, owners: 2 })).toBe(true);
  });

  it('an owner makes another owner, an admin does not make another admin', () => {
    expect(mayChangeRole({ actor: 'owner', target: 'member', to: 'owner', self: false, owners: 1 })).toBe(true);
    expect(mayChangeRole({ actor: 'admin', target: 'member', to: 'admin', self: false, owners: 1 })).toBe(false);
    expect(mayChangeRole({ actor: 'admin', target: 'member', to: 'moderator', self: false, owners: 1 })).toBe(true);
  });

  it('moderators remove members, members remove nobody', () => {
    expect(mayRemove('moderator', 'member')).toBe(true);
    fc.assert(fc.property(role, (target) => expect(mayRemove('member', target)).toBe(false)));
  });

  it('somebody added gets a role below the adder’s, or is a plain member', () => {
    fc.assert(
      fc.property(role, role, (actor, given) => {
        if (mayAddAs(actor, given)) expect(atLeast('member', given) || outranks(actor, given)).toBe(true);
      }),
    );
    expect(mayAddAs('moderator', 'moderator')).toBe(false);
    expect(mayAddAs('member', 'member')).toBe(true);
  });
});
