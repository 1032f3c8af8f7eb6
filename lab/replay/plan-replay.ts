import type { ChatLine } from './parse-chat.js';

/** A person's action for one line. `reconnect` is a join of a person whose quit is missing in the log. */
export type Step = { readonly line: number; readonly person: number } & (
  | { readonly kind: 'join' | 'reconnect' | 'leave' }
  | { readonly kind: 'send'; readonly text: string; readonly isAction: boolean; readonly replyToLine: number | null }
  | { readonly kind: 'rename'; readonly displayName: string }
);

/** The steps in the order of the file, and the first and last name of each person. */
export interface Plan {
  readonly steps: Step[];
  readonly people: { readonly firstName: string; lastName: string }[];
  /** The number of lines without a step: modes, topics, empty lines, leaves of unknown people. */
  readonly ignoredLines: number;
}

const displayNameCharactersMax = 80;

/** Turns a log into steps. A person who speaks without a join joins first, and a renamed person stays the same person. */
export function planReplay(lines: readonly ChatLine[], parentOf: ReadonlyMap<number, number> = new Map()): Plan {
  const planner = new Planner(parentOf);
  for (const line of lines) planner.add(line);
  return planner.plan();
}

class Planner {
  private readonly steps: Step[] = [];
  private readonly people: { firstName: string; lastName: string }[] = [];
  private readonly personOf = new Map<string, number>();
  private readonly present = new Set<number>();
  private ignoredLines = 0;

  constructor(private readonly parentOf: ReadonlyMap<number, number>) {}

  plan(): Plan {
    return { steps: this.steps, people: this.people, ignoredLines: this.ignoredLines };
  }

  add(line: ChatLine): void {
    switch (line.kind) {
      case 'message': {
        const person = this.presentPerson(line.nick, line.line);
        const replyToLine = this.parentOf.get(line.line) ?? null;
        this.steps.push({ kind: 'send', line: line.line, person, text: line.text, isAction: line.isAction, replyToLine });
        return;
      }
      case 'joined':
        return this.join(line.nick, line.line);
      case 'left':
      case 'quit':
        return this.leave(line.nick, line.line);
      case 'renamed':
        return this.rename(line.nick, line.newNick, line.line);
      case 'empty':
      case 'other':
        this.ignoredLines += 1;
    }
  }

  private join(nick: string, line: number): void {
    const person = this.personOf.get(nick);
    if (person !== undefined && this.present.has(person)) this.steps.push({ kind: 'reconnect', line, person });
    else this.presentPerson(nick, line);
  }

  private leave(nick: string, line: number): void {
    const person = this.personOf.get(nick);
    if (person === undefined || !this.present.delete(person)) this.ignoredLines += 1;
    else this.steps.push({ kind: 'leave', line, person });
  }

  private rename(nick: string, newNick: string, line: number): void {
    const person = this.presentPerson(nick, line);
    const displayName = displayNameOf(newNick);
    this.personOf.delete(nick);
    this.personOf.set(newNick, person);
    this.people[person] = { firstName: this.people[person]?.firstName ?? displayName, lastName: displayName };
    this.steps.push({ kind: 'rename', line, person, displayName });
  }

  private presentPerson(nick: string, line: number): number {
    const person = this.personOf.get(nick) ?? this.meet(nick);
    if (!this.present.has(person)) {
      this.present.add(person);
      this.steps.push({ kind: 'join', line, person });
    }
    return person;
  }

  private meet(nick: string): number {
    const firstName = displayNameOf(nick);
    this.people.push({ firstName, lastName: firstName });
    this.personOf.set(nick, this.people.length - 1);
    return this.people.length - 1;
  }
}

function displayNameOf(nick: string): string {
  return nick.slice(0, displayNameCharactersMax).toWellFormed();
}
