import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { z } from 'zod';
import { errorCode } from '#platform/errors/error-facts.js';
import { PeriodicTimer } from '#platform/timers/periodic-timer.js';

const fileName = 'log.mark';
const writeEveryMs = 2000;

const MarkFile = z.object({
  /** Identifies the database that the mark belongs to. */
  home: z.string(),
  mark: z.string(),
  /** The mark that was about to be written to the database. */
  next: z.string().optional(),
  position: z.number(),
  birth: z.string(),
});
type MarkFile = z.infer<typeof MarkFile>;

/**
 * The file in the data folder that shows after a restore that the database is older than the folder, or that the folder is a copy. It
 * holds the mark of the last start, which the database has too, and a position that the database has reached.
 */
export class FolderMark {
  private written: MarkFile | undefined;
  private readPosition: () => number = () => 0;
  private readonly timer = new PeriodicTimer(
    'the mark of the data folder',
    writeEveryMs,
    () => this.writePosition(),
    new Logger('ConversationLog'),
  );

  /** `isDatabaseOwn`: the database is in this folder, so that both are copied together. */
  constructor(
    private readonly dataDir: string,
    readonly isDatabaseOwn: boolean,
  ) {}

  /** What the file says about this database; undefined if there is no such file, or if it is about another database. */
  read(home: string): MarkFile | undefined {
    try {
      const found = MarkFile.parse(JSON.parse(readFileSync(this.path, 'utf8')));
      return found.home === home ? found : undefined;
    } catch {
      return undefined;
    }
  }

  write(content: Omit<MarkFile, 'birth'>): void {
    this.written = { ...content, birth: this.birth() };
    mkdirSync(resolve(this.dataDir), { recursive: true });
    writeFileSync(`${this.path}.new`, `${JSON.stringify(this.written)}\n`, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }

  /** When the database's files were created: a copy of them is younger. Empty if the files are elsewhere or the system does not know. */
  birth(): string {
    if (!this.isDatabaseOwn) return '';
    try {
      const { birthtimeNs, ino } = statSync(join(resolve(this.dataDir), 'postgres', 'data', 'PG_VERSION'), { bigint: true });
      return birthtimeNs > 0n ? `born ${birthtimeNs}` : `inode ${ino}`;
    } catch (error) {
      return errorCode(error) ?? '';
    }
  }

  /** Keeps the file's position up to date until `close`. */
  follow(readPosition: () => number): void {
    this.readPosition = readPosition;
    this.timer.start();
  }

  close(): void {
    this.timer.stop();
    this.writePosition();
  }

  private writePosition(): void {
    const position = this.readPosition();
    if (this.written !== undefined && position > this.written.position) this.write({ ...this.written, position });
  }

  private get path(): string {
    return join(resolve(this.dataDir), fileName);
  }
}
