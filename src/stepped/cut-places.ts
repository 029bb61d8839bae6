/**
 * Where things lie in the one memory of a kernel that is stepped by WebAssembly: RAM from address 0 on, then words of the
 * compiled code and of the compiled part of checkers (check/compiled/places.ts), then the frames (frames.ts), whose word 0 is no CPU's either.
 */
import { MIN_RAM_BYTES } from '../machine/limits.ts';

/** RAM ends here. */
export const RAM_END = MIN_RAM_BYTES;
/** Words that need no question (Hooks), and address of the block of the CPU that runs. */
export const SIZE_AT = RAM_END;
export const HIGH_AT = RAM_END + 4;
export const HIGH_SIZE_AT = RAM_END + 8;
export const AREA_AT = RAM_END + 12;
/** Words of the checkers. */
export const CHECKS_AT = RAM_END + 64;
export const FRAMES_AT = RAM_END + 0x4_0000;
