import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { clock } from '#platform/clock/clock.js';
import { OperatorEntity } from './operator.entity.js';

/** The table of operators. */
@Injectable()
export class OperatorStore {
  constructor(@InjectRepository(OperatorEntity) private readonly rows: Repository<OperatorEntity>) {}

  /** The stored hash of an operator's password, or null for an unknown name. */
  async findPasswordHash(username: string): Promise<string | null> {
    return (await this.rows.findOneBy({ username }))?.passwordHash ?? null;
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.rows.exists());
  }

  /** Answers false, and changes nothing, when the name is taken. */
  async createOperator(username: string, passwordHash: string): Promise<boolean> {
    const operator = { username, passwordHash, createdAt: clock.date() };
    const inserted = await this.rows.createQueryBuilder().insert().values(operator).orIgnore().returning('username').execute();
    const names: unknown[] = inserted.raw;
    return names.length > 0;
  }

  async setPasswordHash(username: string, passwordHash: string): Promise<void> {
    await this.rows.update({ username }, { passwordHash });
  }
}

/** Changes with the password and reveals nothing of it. Tokens carry it, so that a new password ends the logins of the old one. */
export function passwordMarkOf(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16);
}
