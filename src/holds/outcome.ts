/** What the command's document comes to: whether anything can be said, and what. */
import { basename } from 'node:path';
import { visible } from '../base/visible.ts';
import { EXIT_BUG, EXIT_INCONCLUSIVE, EXIT_OK } from '../cli/exit-codes.ts';
import type { Finished } from './command.ts';
import { HoldsError } from './holds-error.ts';

export interface HoldsBug {
  readonly title: string;
  readonly kind: string;
  /** Path of the recording, null when it could not be written. */
  readonly recording: string | null;
  /** The line that replays it. */
  readonly replay: string;
}

/** What a search came to that did its work: one that was interrupted has no result. */
export interface HoldsResult {
  /** What was searched, as the command names it. */
  readonly name: string;
  /** No bug was found. */
  readonly holds: boolean;
  /** Every interleaving is covered. */
  readonly proof: boolean;
  readonly bugs: readonly HoldsBug[];
  readonly executions: number;
  /** What was covered, in one line. */
  readonly summary: string;
  /** The report of the command. */
  readonly text: string;
}

interface Target {
  readonly executions: number;
  readonly bounded: number;
  readonly end: string;
  readonly size?: { readonly beyond: boolean; readonly scenarios: number; readonly begun: number };
}

/** Of `tasklock explore --json --text`. */
interface Document {
  readonly bugs: readonly HoldsBug[];
  readonly executions: number;
  readonly complete: boolean;
  readonly interrupted: boolean;
  /** Targets that were not begun. */
  readonly left: number;
  readonly covers: { readonly summary: string };
  readonly shortfall: { readonly kind: string; readonly why: string; readonly next: string } | null;
  readonly targets: readonly Target[];
  readonly text: string;
}

/** Why a search ended that did all it was given time for. */
const ENDS = ['exhausted', 'executions', 'duration', 'found'];

/** Whether it was searched for a while, and every execution came to its end. */
const isBegun = ({ size, executions, bounded, end }: Target): boolean =>
  executions > 0 && bounded === 0 && ENDS.includes(end) && (size === undefined || size.begun === size.scenarios);

function isSearched({ left, targets }: Document): boolean {
  const asked = targets.filter(({ size }) => size?.beyond !== true);
  return left === 0 && asked.length > 0 && asked.every(isBegun);
}

/** What the command says last on stderr is why it ended. */
const lastWord = (stderr: string): string =>
  stderr
    .trimEnd()
    .split('\n')
    .at(-1)
    ?.replace(/^tasklock: /, '') ?? '';

/** The document, undefined when there is none or one of nothing: the command says why on stderr. */
function documentOf(stdout: string): Document | undefined {
  try {
    const document = JSON.parse(stdout) as Document | { readonly text?: undefined };
    return document.text === undefined ? undefined : { ...document, text: visible(document.text) };
  } catch {
    return undefined;
  }
}

/** Throws HoldsError where nothing can be said. What was found until then is in its message. */
export function outcomeOf(name: string, { code, stdout, stderr }: Finished): HoldsResult {
  const document = documentOf(stdout);
  const isEnded = code === EXIT_OK || code === EXIT_BUG || code === EXIT_INCONCLUSIVE;
  if (document === undefined || !isEnded || document.interrupted) {
    const why = lastWord(stderr) || 'interrupted';
    const found = document === undefined || document.bugs.length === 0 ? '' : `\n\n${document.text}`;
    throw new HoldsError(`${why.includes(basename(name)) ? '' : `${name}: `}${why}${found}`);
  }
  const { bugs, executions, complete, covers, shortfall, text } = document;
  const holds = code !== EXIT_BUG && bugs.length === 0;
  if (holds && shortfall?.kind === 'cut' && !isSearched(document)) {
    throw new HoldsError(`${name}: nothing can be said: ${shortfall.why} (${shortfall.next})`);
  }
  return { name, holds, proof: holds && complete, bugs, executions, summary: covers.summary, text };
}
