import { HANGS_WHY } from './door-child.ts';
import { EXIT_DEFECT, EXIT_INCONCLUSIVE } from './exit-codes.ts';

/** The process of a part is no more; the message says why. */
export class PartLost extends Error {
  /** What that comes to: as when the search had been in one piece. */
  readonly code = this.message === HANGS_WHY ? EXIT_INCONCLUSIVE : EXIT_DEFECT;
}
