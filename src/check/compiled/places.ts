/**
 * Where the compiled part of the checkers keeps what it knows, in the one memory of a kernel that is stepped by WebAssembly
 * (stepped/cut-places.ts): byte addresses. What has a fixed size lies between RAM and the frames, what has not in blocks behind
 * the frames, whose addresses are words here. The checkers in JavaScript work on the same words (evidence/storage.ts).
 *
 *   words of the stretch, of the race detector; tables by kind of access; words by CPU; the heap by page and object; by function
 */
import { CHECKS_AT, FRAMES_AT } from '../../stepped/cut-places.ts';
import { MAX_CPUS, MIN_RAM_BYTES, PAGE_SIZE } from '../../machine/limits.ts';
import { NR_CACHES } from '../../kernel/caches.ts';

/** Number of the step under way. */
export const STEP = CHECKS_AT;
/** 1 when something was reported. */
export const FOUND = CHECKS_AT + 0x04;
/** The CPUs as the machine sorts them. */
export const READY_CPUS = CHECKS_AT + 0x08;
export const LOOKED_AT_CPUS = CHECKS_AT + 0x0c;
/** Words of a CPU's region. */
export const REGION_WORDS = CHECKS_AT + 0x10;
export const CPUS = CHECKS_AT + 0x14;
/** What is asked at an access, as bits (ASKS_*). */
export const ASKED = CHECKS_AT + 0x18;

/** Of the race detector, addresses of blocks: by word epochs and rows, by word where its clocks lie, these; sets. */
export const EPOCHS = CHECKS_AT + 0x20;
export const ROWS = CHECKS_AT + 0x24;
export const CLOCK_INDEXES = CHECKS_AT + 0x28;
export const RELEASED = CHECKS_AT + 0x2c;
export const RELEASED_USED = CHECKS_AT + 0x30;
export const SETS = CHECKS_AT + 0x34;
export const SETS_USED = CHECKS_AT + 0x38;
export const SETS_SIZE = CHECKS_AT + 0x3c;
/** Noted accesses: the block, and words that are used of how many. */
export const LOG = CHECKS_AT + 0x40;
export const LOG_USED = CHECKS_AT + 0x44;
export const LOG_SIZE = CHECKS_AT + 0x48;

/** The CPU that steps; a move that was chosen and not made, or -1. */
export const CPU = CHECKS_AT + 0x4c;
export const CHOSEN = CHECKS_AT + 0x50;
/** The moves that were made, a word each: the block, and how many there is room for. */
export const MOVES = CHECKS_AT + 0x54;
export const MOST_MOVES = 4096;
/** Who chooses where several CPUs can go on: one of CHOICE_*. */
export const CHOICE = CHECKS_AT + 0x58;
/** Of sfc32: a, b, c, counter. */
export const RANDOM = CHECKS_AT + 0x60;
/** Steps in a row, as explore/strategies/patience.ts counts them: whose, how many, and the limit. */
export const ROW_CPU = CHECKS_AT + 0x70;
export const ROW = CHECKS_AT + 0x74;
export const ROW_LIMIT = CHECKS_AT + 0x78;

/** Nobody here; any CPU with equal chances; the one of the highest priority. */
export const CHOICE_NONE = 0;
export const CHOICE_ANY = 1;
export const CHOICE_HIGHEST = 2;

/** By kind of access. */
const KIND_TABLE = 0x100;
export const MOST_KINDS = KIND_TABLE / 4;
export const TOUCHES_TABLE = CHECKS_AT + KIND_TABLE;
export const MEANINGS_TABLE = TOUCHES_TABLE + KIND_TABLE;
export const READY_TABLE = MEANINGS_TABLE + KIND_TABLE;
export const LOOKED_AT_TABLE = READY_TABLE + KIND_TABLE;
export const WAITS_FOR_TABLE = LOOKED_AT_TABLE + KIND_TABLE;
export const FREE_FROM_TABLE = WAITS_FOR_TABLE + KIND_TABLE;
export const FREE_TO_TABLE = FREE_FROM_TABLE + KIND_TABLE;
export const SLEEPING_TABLE = FREE_TO_TABLE + KIND_TABLE;
export const LOCKS_TABLE = SLEEPING_TABLE + KIND_TABLE;
export const WRITES_TABLE = LOCKS_TABLE + KIND_TABLE;
/** The kind under which a second block goes. */
export const OTHER_TABLE = WRITES_TABLE + KIND_TABLE;
/** 1 for what only looks at a word. */
export const GLANCES_TABLE = OTHER_TABLE + KIND_TABLE;

/** By CPU: its epoch; the step at which it was outside of any read section; the lock it went for, and how; its own data. */
export const CPU_EPOCHS = GLANCES_TABLE + KIND_TABLE;
export const OUTSIDE = CPU_EPOCHS + 4 * MAX_CPUS;
export const WANTED = OUTSIDE + 4 * MAX_CPUS;
export const WANTED_KIND = WANTED + 4 * MAX_CPUS;
export const CPU_DATA = WANTED_KIND + 4 * MAX_CPUS;
/** Priorities, for who chooses by them. */
export const PRIORITIES = CPU_DATA + 4 * MAX_CPUS;
/** What each knows of each. */
export const CLOCKS = PRIORITIES + 4 * MAX_CPUS;

const PAGES = MIN_RAM_BYTES / PAGE_SIZE;
/** By page the cache; by page and object how it stands; by cache and word of a page the object whose body it is. */
export const CACHE_OF = CLOCKS + 4 * MAX_CPUS * MAX_CPUS;
export const LIVES = CACHE_OF + 4 * PAGES;
/** Room for the objects of one page: the smallest takes a cache line. */
export const PAGE_OBJECTS = PAGE_SIZE / 64;
export const BODIES_TABLE = LIVES + 4 * PAGES * PAGE_OBJECTS;
/** Words that somebody is told of when they are written, a bit each: what properties have read, and what a look at directories has. */
export const OF_PROPERTIES = BODIES_TABLE + NR_CACHES * PAGE_SIZE;
export const OF_DIRECTORIES = OF_PROPERTIES + MIN_RAM_BYTES / 32;
/** By number of a function: what checkers have to know of it, as bits (IS_*). */
export const FUNCTIONS = OF_DIRECTORIES + MIN_RAM_BYTES / 32;
export const MOST_FUNCTIONS = (FRAMES_AT - FUNCTIONS) / 4;

export const ASKS_HEAP = 1;
export const ASKS_RACES = 2;
export const ASKS_SLEEPERS = 4;
export const ASKS_LOCKS = 8;

/** A function of the allocator; one whose plain accesses count as marked; one that may sleep; one that nobody else sees the object of. */
export const IS_ALLOCATOR = 1;
export const IS_VOLATILE = 2;
export const IS_SLEEPER = 4;
export const IS_ALONE = 8;

/** What a page is that belongs to no cache: not given to any, or outside the heap. */
export const NO_SLAB = 254;
export const NO_HEAP = 255;
/** How an object stands: it is free, live, waits for RCU, or for RCU to let go of it. */
export const FREE = 0;
export const LIVE = 1;
export const WAITING = 2;
export const HELD_BY_RCU = 3;

/** Of a word of the race detector, one slot for each sort of access. */
export const WRITE = 0;
export const READ = 1;
export const MARKED_WRITE = 2;
export const MARKED_READ = 3;
export const STRIDE = 4;
/** Bits of an epoch that are the CPU. */
export const CPU_BITS = 6;

/** A noted access: words in front of its call chain, and frames of that. */
export const ROW_HEAD = 6;
export const ROW_DEPTH = 20;
