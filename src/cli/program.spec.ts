import { runCommandLine } from './program.js';

describe('the command line', () => {
  let printed: string;
  beforeEach(() => {
    printed = '';
    const print = (text: string | Uint8Array): boolean => {
      printed += String(text);
      return true;
    };
    jest.spyOn(process.stderr, 'write').mockImplementation(print);
    jest.spyOn(process.stdout, 'write').mockImplementation(print);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    [['--nope'], "unknown option '--nope'"],
    [['bogus'], 'the commands are serve, migrate, unread verify, retention run, conversation restore and epoch renew'],
    [['migrate', '--nope'], "unknown option '--nope'"],
    [['--port'], "option '--port <value>' argument missing"],
    [['--port', 'abc'], '--port: expected a whole number from 0 to 65535, got "abc"'],
    [['--role', 'king'], '--role: expected one of all, api, worker'],
    [['--processes', '2'], 'REDIS_URL'],
    [['--redis-url', 'redis://localhost'], 'DATABASE_URL: required with REDIS_URL'],
    [['--env-file', '/absent/file'], '--env-file: cannot read /absent/file'],
    [['unread'], 'verify'],
    [['epoch'], 'renew'],
  ])('exits 2 and says what is wrong with %j', async (args, expected) => {
    expect(await runCommandLine(args)).toBe(2);
    expect(printed).toContain(expected);
  });

  it.each([
    [['--help'], '--data-dir'],
    [['migrate', '--help'], '--database-url'],
    [['unread', 'verify', '--help'], '--fix'],
    [['epoch', 'renew', '--help'], 'new epoch'],
    [['--version'], '.'],
  ])('answers %j with exit 0', async (args, expected) => {
    expect(await runCommandLine(args)).toBe(0);
    expect(printed).toContain(expected);
  });
});
