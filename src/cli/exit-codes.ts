/** Exit codes, as in docs/cli.md. */
export const EXIT_OK = 0;
export const EXIT_BUG = 1;
export const EXIT_USAGE = 2;
export const EXIT_INCONCLUSIVE = 3;
export const EXIT_DIVERGED = 4;
export const EXIT_DEFECT = 70;
export const EXIT_INTERRUPTED = 130;
