import type { UserId } from '#contracts/primitives.js';
import { topic } from '#platform/signals/signals.js';

/** A user may no longer come in, or may again: whoever remembers that must forget it. */
export const userDisabled = topic<{ readonly userId: UserId; readonly disabled: boolean }>('user.disabled');

/** One of the two blocked or unblocked the other. */
export const blockChanged = topic<{ readonly userId: UserId; readonly blockedId: UserId }>('block.changed');
