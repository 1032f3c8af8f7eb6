import type { WriteStream } from 'node:tty';
import type { Audience } from './supervised-process.js';

const width = 9;
/** Cyan, green, yellow, blue, magenta and red of the terminal's palette. */
const colours = [36, 32, 33, 34, 35, 31];

/** Writes the lines of every process with its name in front, in colour on a terminal. */
export class PrefixedOutput implements Audience {
  private readonly seen: string[] = [];

  constructor(private readonly stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean }) {}

  line(name: string, text: string): void {
    this.stream.write(`${this.prefix(name)} ${text}\n`);
  }

  note(text: string): void {
    this.line('cluster', text);
  }

  private prefix(name: string): string {
    const text = `${name.padEnd(width)}|`;
    if (this.stream.isTTY !== true) return text;
    if (!this.seen.includes(name)) this.seen.push(name);
    return `\u001B[${colours[this.seen.indexOf(name) % colours.length]}m${text}\u001B[0m`;
  }
}
