/**
 * A decision: who does what next. A small number, so that an interleaving is a typed array of 16-bit numbers:
 *
 *   bits 0-5    the CPU
 *   bits 6-8    what it does: performs its pending access, or that access with a value that was chosen for it; or it is
 *               interrupted, because time passes
 *   bits 9-15   the value, for a kind that has one
 *
 * The move of a CPU that performs its pending access is the CPU's number. Other kinds of move (a store that
 * reaches memory) get a number of their own in the middle bits.
 */
export type Move = number;

/** The CPU performs its pending access. */
export const STEP = 0;
/** The CPU is given a value at its pending choose(n): one of 0 to n - 1. */
export const CHOICE = 1;

/** Nobody can go on, and time passes for a CPU that waits for it (interrupts.ts). */
export const TICK = 2;

const CPU_BITS = 6;
const KIND_BITS = 3;

/** Whether a CPU performs its pending access as it is. */
export const isStep = (move: Move): boolean => move < 1 << CPU_BITS;

/** The move of a CPU that is given a value. */
export const choiceOf = (cpu: number, value: number): Move =>
  cpu | (CHOICE << CPU_BITS) | (value << (CPU_BITS + KIND_BITS));

/** The move of a CPU for which time passes. */
export const tickOf = (cpu: number): Move => cpu | (TICK << CPU_BITS);

export const cpuOf = (move: Move): number => move & ((1 << CPU_BITS) - 1);
export const kindOf = (move: Move): number => (move >> CPU_BITS) & ((1 << KIND_BITS) - 1);
export const valueOf = (move: Move): number => move >> (CPU_BITS + KIND_BITS);
