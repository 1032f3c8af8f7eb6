import { runWithFields } from './context.js';
import { createLog } from './log.js';
import { NestLogger } from './nest-logger.js';
import { requestIdFrom } from './request-id.js';

function recorder(level = 'trace') {
  const lines: unknown[] = [];
  const log = createLog({ level, isPretty: false, destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  return { lines, log, nest: new NestLogger(log) };
}

describe('the log', () => {
  it('puts the request id of a context on its lines, and on no others', async () => {
    const { lines, nest } = recorder();
    await runWithFields({ requestId: 'r1' }, async () => {
      await Promise.resolve();
      nest.log('inside', 'Test');
    });
    nest.log('outside', 'Test');
    expect(lines).toMatchObject([{ requestId: 'r1', msg: 'inside', context: 'Test', level: 'info' }, { msg: 'outside' }]);
    expect(lines[1]).not.toHaveProperty('requestId');
  });

  it('accepts fields with a text', () => {
    const { lines, nest } = recorder();
    nest.warn({ shard: 3, err: new Error('why') }, 'what happened', 'Test');
    expect(lines).toMatchObject([
      { level: 'warn', msg: 'what happened', shard: 3, context: 'Test', err: { type: 'Error', message: 'why' } },
    ]);
  });

  it('hides tokens, passwords and texts by their field names, and the data of database errors', () => {
    const { lines, nest } = recorder();
    const err = Object.assign(new Error('bad row'), { code: '23505', detail: 'Key (text)=(hello)', parameters: ['hello'] });
    nest.error(
      { err, headers: { authorization: 'Bearer abc' }, token: 'abc', message: { text: 'hello', body: 'hello' } },
      'failed',
      'Test',
    );
    const line = JSON.stringify(lines);
    expect(line).toContain('23505');
    expect(line).not.toContain('hello');
    expect(line).not.toContain('abc');
  });

  it("writes Nest's lines about modules at debug level only", () => {
    const { lines, nest } = recorder('info');
    nest.log('Mapped {/x, GET} route', 'RouterExplorer');
    expect(lines).toEqual([]);
  });

  it('accepts the request id of a caller only when it is harmless', () => {
    expect(requestIdFrom('abc-DEF_1')).toBe('abc-DEF_1');
    for (const bad of ['', 'a b', 'a\n{"level":"fatal"}', 'x'.repeat(65), undefined, ['a']])
      expect(requestIdFrom(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
