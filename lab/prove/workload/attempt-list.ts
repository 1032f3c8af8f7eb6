import type { Attempt, Outcome } from '../checker/history.js';
import { Column, Names } from './column.js';
import { idOfTail, tailOf } from './compact-ids.js';
import { percentile } from '../../support/percentiles.js';

const outcomes: readonly Outcome[] = ['acked', 'refused', 'unknown'];
const replayFlag = 4;

/** Every attempt of a scenario in the order of their ends, in a few dozen bytes each. */
export class AttemptList {
  /** The number of acknowledged attempts. */
  acked = 0;
  private readonly operations = Column.ofIntegers();
  private readonly askedAt = Column.ofDoubles();
  private readonly endedAt = Column.ofDoubles();
  private readonly results = Column.ofBytes();
  private readonly codes = Column.ofIntegers();
  private readonly doors = Column.ofIntegers();
  private readonly seqs = Column.ofIntegers();
  private readonly ids = Column.ofDoubles();
  private readonly codeNames = new Names();
  private readonly doorNames = new Names();
  private readonly failed = new Map<string, number>();

  constructor() {
    this.codeNames.indexOf('');
  }

  get length(): number {
    return this.operations.length;
  }

  push(operation: number, attempt: Attempt): void {
    const { outcome, code = '', seq = 0, id } = attempt;
    if (outcome === 'acked') this.acked += 1;
    else this.failed.set(code === '' ? 'none' : code, (this.failed.get(code === '' ? 'none' : code) ?? 0) + 1);
    this.operations.push(operation);
    this.askedAt.push(attempt.askedAt);
    this.endedAt.push(attempt.endedAt);
    this.results.push(outcomes.indexOf(outcome) + (attempt.isReplay === true ? replayFlag : 0));
    this.codes.push(this.codeNames.indexOf(code));
    this.doors.push(this.doorNames.indexOf(`${attempt.via} ${attempt.node}`));
    this.seqs.push(seq);
    this.ids.push(id === undefined ? -1 : tailOf(id));
  }

  /** The operation of an attempt. */
  operationAt(index: number): number {
    return this.operations.at(index);
  }

  at(index: number): Attempt {
    const result = this.results.at(index);
    const outcome = outcomes[result % replayFlag] ?? 'unknown';
    const [via, node = ''] = this.doorNames.textOf(this.doors.at(index)).split(' ');
    const code = this.codeNames.textOf(this.codes.at(index));
    const id = this.ids.at(index);
    return {
      node,
      via: via === 'rest' ? 'rest' : 'socket',
      askedAt: this.askedAt.at(index),
      endedAt: this.endedAt.at(index),
      outcome,
      isReplay: result >= replayFlag,
      ...(code === '' ? {} : { code }),
      ...(this.seqs.at(index) === 0 ? {} : { seq: this.seqs.at(index) }),
      ...(id < 0 ? {} : { id: idOfTail(id) }),
    };
  }

  /** The attempts from this index on as objects, for one part of a scenario. */
  slice(from: number): Attempt[] {
    const count = Math.min(this.length, from < 0 ? -from : this.length - from);
    return Array.from({ length: Math.max(0, count) }, (_, index) => this.at(this.length - count + index));
  }

  /** The number of attempts that were not acknowledged by code, most frequent first. */
  failures(): Record<string, number> {
    return Object.fromEntries([...this.failed].sort(([, a], [, b]) => b - a));
  }

  /** A quantile of the milliseconds until the ack, over the attempts from this index on. */
  ackQuantile(share: number, from = 0): number {
    const took: number[] = [];
    for (let index = from; index < this.length; index += 1)
      if (this.results.at(index) % replayFlag === 0) took.push(this.endedAt.at(index) - this.askedAt.at(index));
    return percentile(took, share);
  }
}
