/** Progress on stderr: a line redrawn in place on a terminal, else a plain line every ten seconds. */
import { redraw, say } from './output.ts';

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
    if (!this.quiet) say(`${text}\n`);
  }

  /** Draws the line when it is time to; `describe` says what stands on it. */
  update(seconds: number, describe: () => string): void {
    if (this.quiet || seconds - this.last < (this.terminal ? REDRAW_EVERY_S : PLAIN_EVERY_S)) return;
    this.last = seconds;
    const text = `${seconds.toFixed(1)} s  ${describe()}`;
    if (this.terminal) redraw(text);
    else say(`${text}\n`);
    this.drawn = this.terminal;
  }

  /** Clears the line. */
  end(): void {
    if (this.drawn) redraw('');
    this.drawn = false;
  }
}
