import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { ownSecret } from '../config/own-secret.js';
import { errorCode } from '../errors/error-facts.js';
import { StartError } from '../start-error.js';
import { postgresBinaries, type PostgresBinaries } from './binaries.js';
import { runProgram, type SystemUser } from './run-program.js';
import { closedFolder, postgresUser } from './system-user.js';

/** A database cluster on disk, ready to start. */
export interface Cluster {
  readonly binaries: PostgresBinaries;
  /** The user that Postgres runs as, if other than this process's. */
  readonly user: SystemUser | undefined;
  /** Holds `data` and `server.log`; `user` owns everything in it. */
  readonly folder: string;
  readonly password: string;
  readonly passwordFile: string;
}

export const clusterUser = 'parley';
const majorVersion = '18';
/** Without these a minimal system gives SQL_ASCII. The built-in locale sorts the same on every machine. */
const localeFlags = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
/**
 * Megabytes of a segment of the write-ahead log. All commits wait while Postgres fills a new segment with zeros, until checkpoints have
 * left enough segments to reuse. With the default of 16 MB that took 45 ms under the load of W3; on an idle disk 16 MB took 12 ms and
 * 1 MB 0.8 ms.
 */
const walFlags = ['--wal-segsize=1'];

/** Opens the cluster below this data folder, and creates it at the first call (about two seconds). Throws a `StartError` that names the obstacle. */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const binaries = postgresBinaries();
  const folder = join(resolve(dataDir), 'postgres');
  const user = ownerOf(join(folder, 'data')) ?? (await postgresUser());
  makeFolders(resolve(dataDir), folder, user);
  if (user !== undefined) checkAccess(folder, binaries, user);
  const passwordFile = join(resolve(dataDir), 'postgres.password');
  const cluster = { binaries, user, folder, password: ownSecret(passwordFile), passwordFile };
  if (existsSync(join(folder, 'data'))) checkVersion(join(folder, 'data'));
  else await initialise(cluster);
  return cluster;
}

/** When this process is root, Postgres runs as the owner of existing data. */
function ownerOf(path: string): SystemUser | undefined {
  if (process.getuid?.() !== 0 || !existsSync(path)) return undefined;
  const { uid, gid } = statSync(path);
  return uid === 0 ? undefined : { uid, gid };
}

function makeFolders(dataDir: string, folder: string, user: SystemUser | undefined): void {
  try {
    const isNew = mkdirSync(dataDir, { recursive: true }) !== undefined;
    if (isNew && user !== undefined) chmodSync(dataDir, 0o711);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
  } catch (error) {
    throw new StartError(
      `The data folder ${dataDir} cannot be created or written (${errorCode(error) ?? 'unknown'}); choose another one with --data-dir`,
      1,
      { cause: error },
    );
  }
}

function checkAccess(folder: string, binaries: PostgresBinaries, user: SystemUser): void {
  const problem = 'Postgres does not run as root, so it runs as another user, who may not enter';
  const closedData = closedFolder(folder, user);
  if (closedData !== undefined)
    throw new StartError(
      `${problem} ${closedData}, above the data folder ${folder}: choose another one with --data-dir, or start Parley as a user other than root`,
    );
  const closedProgram = closedFolder(binaries.postgres, user);
  if (closedProgram !== undefined)
    throw new StartError(
      `${problem} ${closedProgram}, above its program ${binaries.postgres}: move Parley elsewhere, start it as a user other than root, or set DATABASE_URL`,
    );
}

function checkVersion(data: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (found !== majorVersion)
    throw new StartError(
      `${data} was made by Postgres ${found}, this is Postgres ${majorVersion}: move the data with pg_dump and restore, or choose another --data-dir`,
    );
}

/** Creates the cluster beside its place and renames it when complete: `data` is always a complete cluster, whenever the process dies. */
async function initialise(cluster: Cluster): Promise<void> {
  const { binaries, user, folder, password } = cluster;
  removeUnfinished(folder);
  const draft = `data.new-${process.pid}`;
  const passwordCopy = join(folder, `password-${process.pid}`);
  writeFileSync(passwordCopy, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordCopy, user.uid, user.gid);
  const identity = ['-U', clusterUser, '-A', 'scram-sha-256', `--pwfile=${passwordCopy}`];
  const flags = ['-D', draft, ...identity, '--no-instructions', ...localeFlags, ...walFlags];
  const result = await runProgram(binaries.initdb, flags, { as: user, directory: folder }).finally(() =>
    rmSync(passwordCopy, { force: true }),
  );
  if (result.exitCode !== 0) throw new StartError(`The embedded Postgres could not be created in ${folder}:\n${result.output}`);
  try {
    renameSync(join(folder, draft), join(folder, 'data'));
  } catch (error) {
    if (!existsSync(join(folder, 'data'))) throw error;
    rmSync(join(folder, draft), { recursive: true, force: true });
  }
}

function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^(?:data\.new|password)-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
