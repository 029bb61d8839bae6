/** The way out for all text: names, messages and titles in it may be anybody's (visible.ts). */
import { visible } from '../base/visible.ts';

/** Results, to stdout. */
export function print(text: string): void {
  process.stdout.write(shown(text));
}

/** The same text, of which lines may end as those of CSV do. */
export function shown(text: string): string {
  return text.split('\r\n').map(visible).join('\r\n');
}

/** What is said beside them, to stderr. */
export function say(text: string): void {
  process.stderr.write(visible(text));
}

/** A line of stderr, which must be a terminal, in the place of the one before. */
export function redraw(text: string): void {
  process.stderr.write(`\r\u001b[K${visible(text)}`);
}
