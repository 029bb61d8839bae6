/**
 * Where a stepped CPU keeps itself: a region of words in one Int32Array. First the header, then a stack of frames,
 * one for every compiled function that is under way. Nothing else belongs to a CPU but what notes.ts keeps of its loops, so
 * copying its region is a snapshot of it.
 *
 *   header   TOP KIND ADDRESS OPERAND OPERAND2 RESULT AREA LINE
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

/** Words of a header. */
export const HEADER_WORDS = 8;

/** Words of a frame in front of its slots. */
export const FUNCTION = 0;
export const RESUME = 1;
export const CALLER = 2;
export const FIRST_SLOT = 3;

/** Resume points are numbered from 0 within a function; none has as many. */
export const POINTS = 1 << 12;

/** Words of one CPU when functions call themselves, so that no bound follows from the text. */
export const RECURSIVE_WORDS = 4096;
