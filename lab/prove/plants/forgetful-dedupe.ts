import { newId } from '../../../src/platform/ids.js';
import type { ClientId } from '../../../contracts/primitives.js';
import type { Draft } from '../../../src/modules/log/draft.js';
import { type Deliver, GroupCommit } from '../../../src/modules/log/group-commit.js';

/**
 * A planted bug, loaded into a server with `node --import`: the log never recognises a client id, so a repeated message
 * becomes a new one. The checker must find it.
 */
const commit = GroupCommit.prototype.commit;

GroupCommit.prototype.commit = function planted<B extends object>(this: GroupCommit, drafts: readonly Draft<B>[], deliver: Deliver<B>) {
  const forgotten = drafts.map((draft) => (draft.clientId === null ? draft : { ...draft, clientId: newId<ClientId>() }));
  return commit.call(this, forgotten, deliver as Deliver) as Promise<never>;
};
