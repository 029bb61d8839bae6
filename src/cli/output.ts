/** The way out for all text: names, messages and titles in it may be anybody's (visible.ts). */
import { visible } from '../base/visible.ts';

/** Results, to stdout. */
export function print(text: string): void {
  process.stdout.write(visible(text));
}

/** What is said beside them, to stderr. */
export function say(text: string): void {
  process.stderr.write(visible(text));
}

/** A line of stderr, which must be a terminal, in the place of the one before. */
export function redraw(text: string): void {
  process.stderr.write(`\r\u001b[K${visible(text)}`);
}
