import { checkSyntax } from './syntax-rules.js';

const rulesOf = (path: string, text: string): string[] => checkSyntax({ path, text }).map(({ rule }) => rule);
const documented = '/** Sends a message. */\n';

describe('the customs of the house', () => {
  it.each([
    ['caught-error-name', 'src/platform/a.ts', 'try { run(); } catch (err) { stop(err); }'],
    ['exported-class-doc', 'src/modules/messages/send-message.ts', 'export class SendMessage {}'],
    ['exported-class-doc', 'src/modules/messages/infra/message.entity.ts', "@Entity('messages')\nexport class MessageEntity {}"],
    ['plural-handlers', 'src/modules/realtime/gateway/session.gateway.ts', `${documented}export class SessionGateway {}`],
    ['plural-handlers', 'src/modules/users/transport/user.controller.ts', `${documented}export class UserController {}`],
    [
      'caller-first',
      'src/modules/users/transport/users.controller.ts',
      `${documented}export class UsersController { @Endpoint('user.get') get(input: Input, caller: Caller) {} }`,
    ],
    [
      'caller-first',
      'src/modules/messages/transport/messages.gateway.ts',
      `${documented}export class MessagesGateway { @Command('message.send') send(input: Input, caller: Caller) {} }`,
    ],
    ['file-named-after-class', 'src/modules/log/redis/storage.ts', `${documented}export class LogStorage {}`],
    ['file-named-after-class', 'src/modules/messages/sending.ts', `${documented}export class SendMessage {}`],
  ])('%s reports %s', (rule, path, text) => {
    expect(rulesOf(path, text)).toEqual([rule]);
  });

  it.each([
    ['src/platform/a.ts', 'try { run(); } catch (error) { stop(error); }'],
    ['src/platform/a.ts', 'try { run(); } catch { stop(); }'],
    ['src/modules/messages/send-message.ts', `${documented}export class SendMessage {}`],
    ['src/modules/messages/infra/message.entity.ts', `${documented}export class Message {}`],
    ['src/modules/conversations/changes/member-left.ts', `${documented}export class MemberLeftApplier {}`],
    [
      'src/modules/users/transport/users.controller.ts',
      `${documented}export class UsersController { @Endpoint('user.get') get(caller: Caller, input: Input) {} }`,
    ],
    ['src/modules/sync/sync.controller.ts', `${documented}export class SyncController {}`],
  ])('allows %s: %s', (path, text) => {
    expect(rulesOf(path, text)).toEqual([]);
  });
});
