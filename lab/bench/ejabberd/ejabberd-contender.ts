import type { BenchOptions, Contender, Defer, Figures } from '../scenario.js';
import { names } from '../report/goals.js';
import { closedLoop, metered } from '../servers/contenders.js';
import type { Metered } from '../servers/process-use.js';
import type { ArchivedCrowd } from './ejabberd-crowds.js';
import { ejabberdMissing } from './ejabberd-package.js';
import { EjabberdServer } from './ejabberd-server.js';

/** Creates and connects the users of a scenario. */
export type ConnectEjabberdUsers = (server: EjabberdServer, options: BenchOptions, defer: Defer) => Promise<ArchivedCrowd>;

/** ejabberd under load, if it is installed. A round fails if a send is missing in the archive. */
export function ejabberdContender(connectUsers: ConnectEjabberdUsers): Contender {
  return {
    name: names.ejabberd,
    missing: ejabberdMissing,
    async open(options, defer) {
      const server = await EjabberdServer.start(defer);
      const crowd = await connectUsers(server, options, defer);
      const processes: Metered[] = [
        { figure: 'serverUsPerSend', pids: [server.pid] },
        { figure: 'postgresUsPerSend', pids: [server.postgresPid], withChildren: true },
      ];
      return () => metered(processes, () => archived(server, crowd.rowsPerSend, () => closedLoop(crowd, options)));
    },
  };
}

async function archived<T extends Figures & { readonly sent: number }>(
  server: EjabberdServer,
  rowsPerSend: number,
  work: () => Promise<T>,
) {
  const [before, startedAt] = [await server.archivedRows(), performance.now()];
  const figures = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const rows = (await server.archivedRows()) - before;
  if (rows !== figures.sent * rowsPerSend)
    throw new Error(`the archive has ${rows} rows of ${figures.sent} sends, expected ${figures.sent * rowsPerSend}`);
  return { ...figures, rows, rowsPerSecond: rows / seconds };
}
