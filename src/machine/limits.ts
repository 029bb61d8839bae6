/** Every size of the machine. Addresses and struct sizes follow from these at build time. */

/** CPUs that RAM has room for. A spinlock counts its waiters below zero in a signed byte, so 127 is the end. */
export const MAX_CPUS = 64;

/** Values that one choice may have, at most: a decision has room for them (stepped/move.ts). */
export const MOST_VALUES = 128;

/** Physical memory, in bytes. Boot may ask for less, to make running out of memory cheap to reach. */
export const RAM_BYTES = 16 * 1024 * 1024;
export const MIN_RAM_BYTES = 1024 * 1024;

/** The page of the slab allocator, as on i386. */
export const PAGE_SIZE = 4096;

/** The lowest RAM address, and its word: page zero is never mapped, so that a NULL pointer faults. */
export const FIRST_ADDRESS = 0x1000;
export const FIRST_WORD = FIRST_ADDRESS >> 2;

/** Process numbers are 1 .. PID_MAX - 1; after a wrap the search starts at RESERVED_PIDS (Linux 2.6). */
export const PID_MAX = 32768;
export const RESERVED_PIDS = 300;

/** Locks one CPU may hold at once; one more is our own defect. */
export const MAX_HELD_LOCKS = 16;

/** Lock classes that the per-CPU lock statistics have room for. */
export const MAX_LOCK_CLASSES = 32;

/** Slab caches. */
export const MAX_CACHES = 24;

/** Freed objects a CPU keeps back, per cache: the quarantine that keeps poison in place for a while. */
export const CPU_QUARANTINE = 8;
export const CPU_CACHE_SLOTS = 24;
/** Freed objects the shared part of a cache keeps back before it hands any out again. */
export const SHARED_QUARANTINE = 32;

/** POSIX timers of all processes together. */
export const MAX_POSIX_TIMERS = 32;

/** File descriptors of a task, and how many of them the table has room for before it grows (i386: 1024 and 32). */
export const NR_OPEN = 32;
export const NR_OPEN_DEFAULT = 8;

/** Callbacks of RCU that a CPU gathers before it waits for a grace period: what 2.6 runs at once at most. */
export const RCU_BATCH = 10;
/** Callbacks with which it waits when memory is short, and how many looks long: it is not to run out while another CPU stands still. */
export const RCU_HIGH_MARK = 100;
export const RCU_PATIENCE = 100_000;

/** A name in a directory, in bytes. */
export const NAME_MAX = 16;
/** A path given to a system call, in bytes with its closing zero. */
export const PATH_MAX = 128;

/** What a regular file holds, in bytes. */
export const FILE_MAX = 64;

/** A security context, in bytes with its closing zero, and how many different ones there can be. */
export const CONTEXT_MAX = 16;
export const SIDTAB_SIZE = 32;

/** Semaphore sets, and semaphores in one set. */
export const SEMMNI = 16;
export const SEMMSL = 8;

/** A user address space: 64 small pages. Sizes are ours (i386: 4 KiB pages, 3 GiB), see docs/departures.md. */
export const USER_BASE = 0x08048000;
export const USER_PAGE_SIZE = 256;
export const USER_PAGES = 64;
export const RODATA_PAGES = 32;
export const SHARED_PAGES = 8;
export const DATA_PAGES = 8;

/** User instructions a task may run before another runnable one gets the CPU. */
export const TIME_SLICE = 64;
