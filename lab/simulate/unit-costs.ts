import { z } from 'zod';

/** One figure with its unit, and whether it was measured or is an assumption. */
const costSchema = z.object({
  value: z.number().nonnegative(),
  unit: z.string(),
  source: z.enum(['measured', 'assumed']),
  how: z.string(),
});
export type Cost = z.output<typeof costSchema>;

/** All costs that the simulation uses. Processor time is that of the server's processes, as the system counts it. */
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

/** Parses the file. Throws if a cost is missing or unknown, because the result would be wrong. */
export function readUnitCosts(json: string): UnitCosts {
  return fileSchema.parse(JSON.parse(json));
}
