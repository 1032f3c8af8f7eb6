import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartError } from '../start-error.js';
import { runProgram, type SystemUser } from './run-program.js';

const userName = 'postgres';

/** The user that Postgres must run as because this process is root, which Postgres refuses; undefined otherwise. */
export async function postgresUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = (await findUser()) ?? (await createUser());
  if (user !== undefined) return user;
  throw new StartError(
    `Postgres does not run as root, and the system user "${userName}" could not be created: create it, start Parley as another user, or set DATABASE_URL`,
  );
}

async function findUser(): Promise<SystemUser | undefined> {
  const [uid, gid] = await Promise.all([runProgram('id', ['-u', userName]), runProgram('id', ['-g', userName])]);
  return uid.exitCode === 0 && gid.exitCode === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined;
}

/** `useradd` exists everywhere except on Alpine, whose BusyBox has `adduser`. */
async function createUser(): Promise<SystemUser | undefined> {
  const ways = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', userName],
    ['adduser', '-S', '-D', '-H', '-s', '/sbin/nologin', userName],
  ] as const;
  for (const [program, ...args] of ways) {
    const result = await runProgram(program, args).catch(() => undefined);
    if (result?.exitCode === 0) return findUser();
  }
  return undefined;
}

/** The nearest folder above `path` that this user may not enter, if any. */
export function closedFolder(path: string, user: SystemUser): string | undefined {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (!mayEnter(folder, user)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function mayEnter(folder: string, { uid, gid }: SystemUser): boolean {
  const { mode, uid: owner, gid: group } = statSync(folder);
  const needed = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  return (mode & needed) !== 0;
}
