/**
 * Where a stepped CPU keeps itself: a region of words in one Int32Array. First the header, then a stack of frames,
 * one for every compiled function that is under way. Nothing else belongs to a CPU, so copying its region is a
 * snapshot of it.
 *
 *   header   TOP KIND ADDRESS OPERAND OPERAND2 RESULT AREA LINE, then what spin.ts keeps
 *   frame    FUNCTION RESUME CALLER, parameters, locals that live across a scheduling point
 *
 * TOP and CALLER are word indexes into the array; 0 ends the chain, so the first region begins behind word 0. RESUME is
 * the block of the function's control flow graph that runs next. RESULT passes the value that a function returns.
 */

/** Header words of a CPU's region. */
export const TOP = 0;
export const KIND = 1;
export const ADDRESS = 2;
export const OPERAND = 3;
export const OPERAND2 = 4;
export const RESULT = 5;
/** Address of the CPU's block in RAM: what this_cpu() answers. */
export const AREA = 6;
/** Source line of the last call of a function that may throw a fault; 0 while an access is performed. */
export const LINE = 7;
/** Spin detection (spin.ts): fingerprint of the loop, arrivals at it, and the words read since. */
export const SPIN_MARK = 8;
export const SPIN_POWER = 9;
export const SPIN_COUNT = 10;
export const SPIN_WROTE = 11;
export const SPIN_READS = 12;
export const SPIN_LOG = 13;
/** Words that one turn of a spinning loop may read; one that reads more counts as working. */
export const MAX_SPIN_READS = 64;

/** Words of a header without and with room for spin detection. */
export const HEADER_WORDS = 8;
export const SPIN_HEADER_WORDS = SPIN_LOG + 2 * MAX_SPIN_READS;

/** Words of a frame in front of its slots. */
export const FUNCTION = 0;
export const RESUME = 1;
export const CALLER = 2;
export const FIRST_SLOT = 3;

/** Words of one CPU when functions call themselves, so that no bound follows from the text. */
export const RECURSIVE_WORDS = 4096;
