/** One thing that is wrong, before it is written up. */
import { oneLine } from '../../base/visible.ts';
import type { BugKind } from '../../machine/fault.ts';

export interface Finding {
  readonly kind: BugKind;
  /** `<KIND>: <what> in <function>`; stable, so that equal findings of different runs meet. */
  readonly title: string;
  readonly function: string;
  /** What was seen, one fact a line. */
  readonly details: readonly string[];
  /** Address of the object it is about, 0 when there is none. */
  readonly object: number;
}

/** Characters of a title: it names files and is kept in recordings, whatever the names in it are. */
const MOST_TITLE = 380;

/** A finding with its title put together. */
export function finding(
  kind: BugKind,
  what: string,
  where: string,
  object: number,
  ...details: readonly string[]
): Finding {
  return { kind, title: oneLine(`${kind}: ${what} in ${where}`, MOST_TITLE), function: where, details, object };
}
