import { z } from 'zod';

/** One figure: what it is, in which unit, and whether it was measured or is somebody's guess. */
const costSchema = z.object({
  value: z.number().nonnegative(),
  unit: z.string(),
  source: z.enum(['measured', 'assumed']),
  how: z.string(),
});
export type Cost = z.output<typeof costSchema>;

/** Every cost the simulation stands on. Processor time is of the server's processes alone, as the system counts it. */
export const costNames = [
  'apiBytesPerSocket',
  'apiMicrosecondsPerConnect',
  'apiMicrosecondsPerIdleSocketSecond',
  'apiMicrosecondsPerSend',
  'apiMicrosecondsPerDelivery',
  'apiMicrosecondsPerHeardEvent',
  'apiMicrosecondsPerUnheardEvent',
  'apiMicrosecondsPerReceipt',
  'redisMicrosecondsPerSend',
  'redisMicrosecondsPerListener',
  'redisMicrosecondsPerConnect',
  'redisMicrosecondsPerIdleSocketSecond',
  'redisBytesPerPendingMessage',
  'redisBytesPerRememberedMessage',
  'redisBytesPerSocket',
  'workerMicrosecondsPerMessage',
  'workerMicrosecondsPerReceipt',
  'postgresMicrosecondsPerConnect',
  'postgresMicrosecondsPerMessage',
  'postgresMicrosecondsPerReceipt',
  'postgresBytesPerMessage',
  'wireBytesPerDelivery',
] as const;
export type CostName = (typeof costNames)[number];

const fileSchema = z.object({
  measured: z.object({ date: z.string(), commit: z.string(), machine: z.string() }).nullable(),
  costs: z.record(z.enum(costNames), costSchema),
});

/** The file of unit costs. */
export type UnitCosts = z.output<typeof fileSchema>;

/** Reads it. Throws when a cost is missing or unknown: a simulation without it would be of something else. */
export function readUnitCosts(json: string): UnitCosts {
  return fileSchema.parse(JSON.parse(json));
}
