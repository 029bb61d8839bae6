/**
 * Where things lie in the memory of a search inside, as byte addresses. Memory of its own: nothing else looks at it while a
 * search runs. Frames are those of frames.ts but for two things: TOP and CALLER are addresses, and a resume point is a number
 * of the whole module, so that one jump leads to where a CPU goes on. That of the top frame lies in the header, where the other
 * machine has the line of a fault.
 *
 *   words the host writes before, counts of the slice, tables by kind of access, ends that were met, RAM, frames, the beginning
 */
import { AREA, LINE } from '../frames.ts';

/** How a CPU stands when it stops: done, at an access, at one that has to be looked at first; or the machine has to be asked. */
export const STANDS_DONE = 0;
export const STANDS_READY = 1;
export const STANDS_LOOKED_AT = 2;
export const STANDS_ASKING = 3;

/** Words of a header (frames.ts) that are something else here: of this last, the address of what the CPU notes of loops. */
export const NEXT_POINT = LINE;
export const NOTES_OF = AREA;

export const CPUS = 0x10;
export const REGION_BYTES = 0x14;
/** The CPUs as a machine sorts them at the beginning. */
export const READY_FIRST = 0x18;
export const LOOKED_AT_FIRST = 0x1c;
/** Where the copies of frames and RAM begin. */
export const BEGINNING = 0x20;
/** Words of RAM in use, from the first one on. */
export const SIZE = 0x24;
export const SEED = 0x28;
export const BOUND = 0x2c;
/** Where finished() begins, and its number; -1 for none. */
export const FINISHED = 0x30;
export const FINISHED_FUNCTION = 0x34;

/** 1 where loops may spin, and what they read has to be noted. */
export const NOTING = 0x64;
/** Address of the table of resume points: of each that of its function, block and words that matter. */
export const POINTS_TABLE = 0x38;
/** 1 when there was more to note than there is room for. */
export const TROUBLE = 0x3c;

/** 1 where the module has choices. */
export const CHOOSING = 0xa8;

/** The same of invariant(). */
export const INVARIANT = 0x68;
export const INVARIANT_FUNCTION = 0x6c;

/** Of pct: depth, and steps. Of pct and pos: steps in a row before a CPU falls below all others. */
export const PCT_DEPTH = 0x98;
export const PCT_STEPS = 0x9c;
export const PATIENCE = 0xa0;
/** Of sfc32 where its state has no locals of its own: a, b, c, counter. */
export const RANDOM = 0xb0;
/** Of pct: numbers of executions from which on more depths take turns, rising, the last none; priorities by CPU, which pos has too; change points. */
export const PCT_LEVELS = 0x800;
export const PRIORITIES = 0x900;
export const CHANGES = 0x980;
export const MOST_CHANGES = 64;

/** Of the search over states: depth, key, counts, its table, and the last address that was touched. */
export const STATE_DEPTH = 0x70;
export const STATE_HIGH = 0x74;
export const STATE_LOW = 0x78;
export const STATES = 0x7c;
export const TRANSITIONS = 0x80;
export const STATE_ENDS = 0x84;
export const STATE_TABLE = 0x88;
export const STATE_MASK = 0x8c;
export const STATE_END = 0x90;
/** Where its levels begin. */
export const LEVELS = 0x94;

/** Turns of loops and calls since the last access. */
export const TURNS = 0x40;
/** The value for the choice of the step that comes next. */
export const GIVEN = 0x44;
/** Steps of a slice, and ends in the list. */
export const STEPS = 0x48;
export const ENDS = 0x4c;
/** Steps of the longest execution of a slice. */
export const LONGEST = 0xa4;
/** The execution that is under way. */
export const INDEX = 0x60;
/** Of the last execution. */
export const LAST_STEPS = 0x54;
export const LAST_HIGH = 0x58;
export const LAST_LOW = 0x5c;

/** By kind: what an access waits for, and between what values a lock is free. */
export const WAITS_FOR_TABLE = 0x100;
export const FREE_FROM_TABLE = 0x200;
export const FREE_TO_TABLE = 0x300;
/** How it deals with a lock. */
export const LOCK_TABLE = 0x400;
/** What it comes to, and how many operands matter. */
export const TOUCHES_TABLE = 0x600;
export const OPERANDS_TABLE = 0x700;
/** 1 for one that may change its word; that has to do with the queue of a futex; that changes it. */
export const WRITES_TABLE = 0xb00;
export const QUEUES_TABLE = 0xc00;
export const REQUEUES_TABLE = 0xd00;
/** By CPU: bytes of its region that are in use at the beginning. */
export const USED_TABLE = 0x500;

/** Fingerprints of ends that were met lately, and the list of those that were not among them. */
export const RECENT = 0x2000;
export const RECENT_COUNT = 1024;
export const ENDS_LIST = 0x4000;
export const MOST_ENDS = 4096;
/** Of the sets of the lowest CPUs: how many they have, and of each the n-th one. */
export const TABLED_CPUS = 8;
export const COUNT_TABLE = 0xc000;
export const NTH_TABLE = 0xd000;
/** Tables of constants of the module. */
export const CONSTANTS = 0x1_0000;
export const CONSTANTS_END = 0x2_0000;

/** Address 0 of RAM. */
export const RAM = 0x2_0000;
export const RAM_END = 0x3_0000;
export const FRAMES = 0x3_0000;

/** Of what a CPU notes of loops: bytes of header and entries, and all of it with the index of RAM. */
export const NOTES_BYTES = 0x1000;
export const NOTES_STRIDE = NOTES_BYTES + RAM_END - RAM;

/** Levels that a search over states may have, and bytes of one in front of the copy of a region. */
export const MOST_DEPTH = 4096;
export const LEVEL_BYTES = 0x24;
