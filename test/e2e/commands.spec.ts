import { commands } from '#contracts/commands.js';
import { guest } from '../support/people.js';
import { connect } from '../support/sockets.js';
import { runCases } from './cases/case.js';
import { commandCases } from './commands.cases.js';

test('every command of the contract has its cases, and every case belongs to a command', () => {
  expect(Object.keys(commandCases).sort()).toEqual(Object.keys(commands).sort());
});

test('an unknown command fails with command.notFound', async () => {
  const socket = await connect(await guest());
  const ack = await socket.send('message.explode', {});
  expect(ack).toMatchObject({ ok: false, error: { code: 'command.notFound', retryable: false } });
});

runCases(commandCases);
