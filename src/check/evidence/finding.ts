/** One thing that is wrong, before it is written up. */
import { oneLine } from '../../base/visible.ts';
import type { BugKind } from '../../machine/fault.ts';

export interface Finding {
  readonly kind: BugKind;
  /** `<KIND>: <what> in <function>`; stable, so that equal findings of different runs meet. */
  readonly title: string;
  /** The title that builds before gave it, which recordings of theirs have; absent where it is the same. */
  readonly formerly?: string;
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

/** A finding that builds before put down to another function. */
export function formerlyIn(one: Finding, where: string): Finding {
  const { kind, title, function: now, object } = one;
  const head = `${kind}: `;
  const what = title.slice(head.length, title.length - ` in ${now}`.length);
  if (where === now || title !== `${head}${what} in ${now}`) return one;
  return { ...one, formerly: finding(kind, what, where, object).title };
}

/** Whether a title is a finding's, or was. */
export const isTitled = (
  { title, formerly }: Pick<Finding, 'title' | 'formerly'>,
  wanted: string | undefined,
): boolean => wanted !== undefined && (title === wanted || formerly === wanted);
