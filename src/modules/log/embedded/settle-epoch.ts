import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { StoredEpoch } from '../infra/epoch-table.js';
import type { FolderMark } from './folder-mark.js';
import type { LogTable, Trace } from './log-table.js';

/**
 * Begins a new epoch if the database or the data folder is a restored copy, because the database will assign numbers again that clients
 * have seen. Then leaves a new mark in both. Call it before the log is opened, in the only process on the database.
 */
export async function settleEpoch(table: LogTable, folder: FolderMark): Promise<void> {
  const stored = await table.epochs.readEpoch();
  const trace = await table.readTrace();
  const reason = reasonOfRestore(stored, trace, folder);
  if (reason !== undefined) {
    const epoch = randomUUID();
    await table.epochs.changeEpoch(epoch);
    new Logger('ConversationLog').warn(
      { epoch, former: stored.epoch, reason },
      'a new epoch of the conversation log begins, and clients reload',
    );
  } else if (stored.home === undefined) await table.epochs.recordHome(stored.here);
  await leaveMark(table, folder, stored.here, trace);
}

async function leaveMark(table: LogTable, folder: FolderMark, home: string, { mark, position }: Trace): Promise<void> {
  const next = randomUUID();
  try {
    // The file names both marks meanwhile, so that a process that dies in between does not look like a restore.
    folder.write({ home, mark: mark ?? next, next, position });
  } catch (error) {
    // With a database elsewhere the folder may be read-only, and then it shows nothing about a restore.
    if (!folder.isDatabaseOwn) return;
    throw error;
  }
  await table.writeMark(next);
  folder.write({ home, mark: next, position });
}

/** Undefined if nothing was restored, as far as that can be seen. */
function reasonOfRestore(stored: StoredEpoch, trace: Trace, folder: FolderMark): string | undefined {
  if (stored.home === undefined || trace.mark === undefined) return undefined;
  if (stored.home !== stored.here) return 'the database is a restored copy';
  const file = folder.read(stored.here);
  // A database elsewhere may be used with a new data folder, such as that of a new container.
  if (file === undefined) return folder.isDatabaseOwn ? 'the data folder is incomplete' : undefined;
  if (file.mark !== trace.mark && file.next !== trace.mark) return 'the database and the data folder are not of the same time';
  if (file.position > trace.position) return 'the database is older than the data folder';
  return file.birth === folder.birth() ? undefined : 'the data folder is a copy';
}
