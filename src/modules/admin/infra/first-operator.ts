import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { PasswordHasher } from '../../auth/password-hasher.js';
import { OperatorStore } from './operator-store.js';

const defaultUsername = 'admin';

/**
 * Ensures that an operator can log in: creates the operator of ADMIN_USERNAME and ADMIN_PASSWORD, or sets that password. Without
 * ADMIN_PASSWORD, outside production and as long as there is no operator, it makes up a password and prints it once on stdout.
 */
@Injectable()
export class FirstOperator implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstOperator.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly store: OperatorStore,
    private readonly hasher: PasswordHasher,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { adminUsername: username = defaultUsername, adminPassword, nodeEnv } = this.config;
    if (adminPassword !== undefined) return this.ensureOperator(username, adminPassword);
    if (!(await this.store.isEmpty())) return;
    if (nodeEnv === 'production') {
      this.logger.warn('there is no operator: set ADMIN_USERNAME and ADMIN_PASSWORD to use /admin');
      return;
    }
    await this.makeUpOperator(username);
  }

  private async ensureOperator(username: string, password: string): Promise<void> {
    const stored = await this.store.findPasswordHash(username);
    if (stored !== null && (await this.hasher.verifyPassword(stored, password))) return;
    const hash = await this.hasher.hashPassword(password);
    if (stored === null && (await this.store.createOperator(username, hash))) {
      this.logger.log({ operator: username }, 'operator created');
      return;
    }
    await this.store.setPasswordHash(username, hash);
    this.logger.log({ operator: username }, "operator's password set from ADMIN_PASSWORD");
  }

  private async makeUpOperator(username: string): Promise<void> {
    const password = randomBytes(15).toString('base64url');
    const isCreated = await this.store.createOperator(username, await this.hasher.hashPassword(password));
    if (isCreated) process.stdout.write(announcement(username, password, process.stdout.isTTY));
  }
}

/** Bypasses the log, which would hide the password and may be kept. One JSON line if stdout is not a terminal. */
function announcement(username: string, password: string, isTerminal: boolean): string {
  if (isTerminal) return `\n  Operator of /admin (shown only this once)\n    username  ${username}\n    password  ${password}\n\n`;
  const line = {
    level: 'info',
    time: clock.date().toISOString(),
    msg: 'operator created; the password is shown only this once',
    username,
    password,
  };
  return `${JSON.stringify(line)}\n`;
}
