import { checkHistories } from './checker/check-histories.js';
import { type Findings, sumFindings } from './checker/findings.js';
import type { Sighting } from './checker/history.js';
import type { Topology } from './topology.js';
import { readConversation } from './workload/read-back.js';
import { idOfTail, tailOf } from './workload/compact-ids.js';
import type { Workload } from './workload/workload.js';
import { inParallel } from '../support/in-parallel.js';

const sideBySide = 3;

/** Compares all histories, a few conversations at a time, because a soak's million messages do not fit into memory as objects. */
export async function checkStage(topology: Topology, workload: Workload): Promise<Findings> {
  const ids = [...new Set([...workload.rooms.map(({ id }) => id), ...workload.log.conversationIds])];
  const all = await inParallel(ids, (id, index) => checkConversation(topology, workload, id, index === 0), sideBySide);
  return sumFindings(all);
}

async function checkConversation(topology: Topology, workload: Workload, id: string, isFirst: boolean): Promise<Findings> {
  const room = workload.rooms.find((one) => one.id === id);
  const stored = await storedOf(topology, workload, id);
  const readBack = room === undefined ? [] : await readConversation(topology.urls, room, workload.log);
  const { log, receipts } = workload;
  const operations = log.operationsOf(id);
  return checkHistories({ operations, stored, readBack, recipients: workload.recipientsOf(id), receipts: isFirst ? receipts.kept : [] });
}

/** The stored messages of one conversation, with the workload's tokens. */
export async function storedOf(topology: Topology, { log }: Workload, conversationId: string): Promise<Sighting[]> {
  const rows = await topology.query<{ seq: number; id: string; client_id: string; text: string | null }>(
    'SELECT seq, id, client_id, left(text, 20) AS text FROM messages WHERE conversation_id = $1 ORDER BY seq',
    [conversationId],
  );
  return rows.map(({ seq, id, client_id: clientId, text }) => ({
    conversationId,
    seq,
    id: idOfTail(tailOf(id)),
    token: log.tokenOf(text, clientId),
  }));
}
