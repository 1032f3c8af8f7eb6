import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';

/** Options of Node that open the inspector for `readMemory` on a free loopback port. */
export const inspectorArgs = ['--inspect=127.0.0.1:0'];

const collections = 3;
const pauseMs = 700;
const Usage = z.object({ rss: z.number(), heapUsed: z.number(), external: z.number() });
export type MemoryUsage = z.infer<typeof Usage>;
const Reply = z.object({ id: z.int().optional(), result: z.unknown() });
const Evaluated = z.object({ result: z.object({ value: z.string() }) });

/** Reads the memory of a server after garbage collection through Node's inspector, so that the server needs no code for it. */
export async function readMemory(inspectorUrl: string | null): Promise<MemoryUsage> {
  if (inspectorUrl === null) throw new Error('the server has no inspector');
  const socket = new WebSocket(inspectorUrl);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let count = 0;
  const waiting = new Map<number, (result: unknown) => void>();
  socket.on('message', (data: Buffer) => {
    const { id, result } = Reply.parse(JSON.parse(data.toString()));
    if (id !== undefined) waiting.get(id)?.(result);
  });
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      count += 1;
      waiting.set(count, resolve);
      socket.send(JSON.stringify({ id: count, method, params }));
    });
  try {
    // Each collection lets the next one free more, and pages return to the system a moment later.
    for (let number = 0; number < collections; number += 1) {
      await ask('HeapProfiler.collectGarbage');
      await sleep(pauseMs);
    }
    const answer = await ask('Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' });
    return Usage.parse(JSON.parse(Evaluated.parse(answer).result.value));
  } finally {
    socket.close();
  }
}
