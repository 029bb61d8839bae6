/**
 * Where a stepped CPU keeps itself: a region of words in one Int32Array. First the header, then a stack of frames,
 * one for every compiled function that is under way. Nothing else belongs to a CPU, so copying its region is a
 * snapshot of it.
 *
 *   header   TOP KIND ADDRESS OPERAND OPERAND2 RESULT AREA -
 *   frame    FUNCTION RESUME CALLER, parameters, locals, temporaries
 *
 * TOP and CALLER are word indexes into the array; 0 ends the chain. RESUME is the block of the function's control
 * flow graph that runs next. RESULT passes the value of an access, and of a return, to whoever waits for it.
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
export const HEADER_WORDS = 8;

/** Words of a frame in front of its slots. */
export const FUNCTION = 0;
export const RESUME = 1;
export const CALLER = 2;
export const FIRST_SLOT = 3;

/** Words of one CPU. The deepest chain of the kernel takes a third of it. */
export const CPU_WORDS = 512;
