/** Where a dpor search begins that is one part of a larger one. */
import type { Move } from '../../stepped/move.ts';
import type { Level } from './plain-node.ts';
import type { Branch, Step } from './wakeup-tree.ts';

/** Decisions to follow, and the moves asleep behind them. */
export interface Root {
  readonly decisions: readonly Move[];
  readonly sleep: readonly Move[];
  /** Of a part that others share nodes with. */
  readonly handed?: Handed | undefined;
}

export const WHOLE: Root = { decisions: [], sleep: [] };

/** Who holds the nodes in front of a part. What he is told comes in this order. */
export interface Holder {
  /** The part's branch was taken for the first time; `fatal`: its move ended the execution. */
  begun(fatal: boolean): void;
  /** Something else to try at a node that he holds. */
  turned(depth: number, sequence: readonly Step[]): void;
}

/**
 * A part that begins with a branch of a node which others hold (shared-tree.ts): the last of the decisions. Races whose earlier
 * event lies in front of it are told to the holder. One without decisions is the whole search, which may give nodes away.
 */
export interface Handed {
  /** By decision: the node in front of it. */
  readonly levels: readonly Level[];
  /** What is to be tried behind the decisions. */
  readonly subtree: readonly Branch[];
  readonly holder: Holder;
}
