import { z } from 'zod';

const Report = z.object({ userLimits: z.object({ open_files: z.object({ soft: z.union([z.number(), z.string()]) }) }).optional() });
const own = 500;

/** Throws an error with a remedy if this process and its servers may not open this many sockets. */
export function requireOpenFiles(sockets: number): void {
  const limit = Number(Report.parse(process.report.getReport()).userLimits?.open_files.soft);
  // The limit may be "unlimited" or unknown.
  if (!Number.isFinite(limit) || limit >= sockets + own) return;
  throw new Error(`${sockets} sockets need ${sockets + own} open files, but the limit is ${limit}: raise it with ulimit -n`);
}
