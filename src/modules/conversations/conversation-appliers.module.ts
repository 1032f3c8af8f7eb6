import { Module } from '@nestjs/common';
import { ConversationDeletedApplier } from './changes/conversation-deleted.js';
import { ConversationUpdatedApplier } from './changes/conversation-updated.js';
import { ConversationRestoredApplier } from './changes/conversation-restored.js';
import { MemberJoinedApplier } from './changes/member-joined.js';
import { MemberLeftApplier } from './changes/member-left.js';
import { MemberUpdatedApplier } from './changes/member-updated.js';
import { MemberMutedApplier } from './changes/mute-member.js';
import { AdditionCleanup } from './workers/addition-cleanup.js';

/** Stores the log entries of conversations: in every role, because requests apply their own changes and workers what is left. */
@Module({
  providers: [
    MemberJoinedApplier,
    MemberUpdatedApplier,
    MemberMutedApplier,
    MemberLeftApplier,
    ConversationUpdatedApplier,
    ConversationDeletedApplier,
    AdditionCleanup,
    ConversationRestoredApplier,
  ],
})
export class ConversationAppliersModule {}
