/** Progress on stderr: a line redrawn in place on a terminal, else a plain line every ten seconds. */
import type { Progress } from '../smp/stress.ts';

const PLAIN_EVERY_S = 10;
const REDRAW_EVERY_S = 0.1;

export class ProgressLine {
  private readonly quiet: boolean;
  private readonly terminal: boolean;
  private last = 0;
  private drawn = false;

  constructor(quiet: boolean) {
    this.quiet = quiet;
    this.terminal = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  }

  start(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }

  update({ seconds, syscalls, checks, bugs }: Progress): void {
    if (this.quiet || seconds - this.last < (this.terminal ? REDRAW_EVERY_S : PLAIN_EVERY_S)) return;
    this.last = seconds;
    const rate = Math.round(syscalls / Math.max(seconds, 0.001));
    const text = `${seconds.toFixed(1)} s  ${syscalls} system calls (${rate}/s)  ${checks} checks  ${bugs} bugs`;
    process.stderr.write(this.terminal ? `\r\u001b[K${text}` : `${text}\n`);
    this.drawn = this.terminal;
  }

  /** Clears the line. */
  end(): void {
    if (this.drawn) process.stderr.write('\r\u001b[K');
    this.drawn = false;
  }
}
