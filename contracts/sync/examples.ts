import type { z } from 'zod';
import { exampleConversation, exampleMember } from '../conversations/examples.js';
import { examples } from '../examples.js';
import { exampleMessage } from '../messages/examples.js';
import type { SyncInput, SyncResult } from './schemas.js';

/** A client that missed Ada's message. */
export const exampleSyncInput: z.input<typeof SyncInput> = {
  conversations: [{ id: examples.conversationId, epoch: examples.epoch, rev: 55 }],
};

export const exampleSyncResult: z.input<typeof SyncResult> = {
  conversations: [
    {
      id: examples.conversationId,
      epoch: examples.epoch,
      rev: 57,
      status: 'complete',
      messages: [exampleMessage],
      members: [{ ...exampleMember, leftAt: null }],
      conversation: exampleConversation,
    },
  ],
  joined: [],
  left: [],
};
