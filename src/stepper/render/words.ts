/** How the words that compiled code works on are written (frames.ts): `$c` is the CPU's region, `$b` the frame. */

/** A word of the CPU's header. */
export const header = (word: number): string => `$F[$c + ${word}]`;

/** A word of the function's frame. */
export const frame = (word: number | string): string => `$F[$b + ${word}]`;
