import { z } from 'zod';

const Report = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.union([z.number(), z.string()]) }) }).optional() });
const own = 500;

/** Throws when this process, or a server it starts, may not open so many sockets at a time; says what to do. */
export function requireOpenFiles(sockets: number): void {
  const limit = Number(Report.parse(process.report.getReport()).userLimits?.open_files.soft);
  // "unlimited", and systems that do not tell.
  if (!Number.isFinite(limit) || limit >= sockets + own) return;
  throw new Error(`${sockets} sockets need ${sockets + own} open files, this process may have ${limit}: raise it with ulimit -n`);
}
