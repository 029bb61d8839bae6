/** The physical memory map of the hardware part: machine words, then one block per CPU. The kernel begins after it. */
import { FIRST_ADDRESS, MAX_CPUS, MAX_HELD_LOCKS, MAX_LOCK_CLASSES } from './limits.ts';
import { atomic, hex, int, pointer, struct, words } from './struct.ts';

export const MACHINE_MAGIC = 0x7461736b;

export const machine = struct(
  'machine',
  {
    'written once, before any CPU runs': {
      magic: hex,
      ram_bytes: int,
      ncpus: int,
    },
    'the console (outside the CPUs)': {
      /** Non-zero: every CPU leaves as soon as it next looks. */
      stop: int,
      /** Non-zero: CPUs park between two user instructions, so that RAM can be looked at. */
      freeze: int,
    },
    'any CPU, atomically': {
      /** CPUs that reached the start barrier. */
      online: atomic,
      /** CPUs parked because of freeze. */
      parked: atomic,
      /** Soft warnings raised so far. */
      warnings: atomic,
    },
  },
  FIRST_ADDRESS,
);

export const CPU_OFF = 0;
export const CPU_RUNNING = 1;
export const CPU_IDLE = 2;
export const CPU_PARKED = 3;

/** What a CPU is; only that CPU writes here, the console may look. */
export const cpu_area = struct('cpu_area', {
  'private to the CPU, no lock': {
    number: int,
    state: int,
    current: pointer('task_struct'),
    irqs_on: int,
    preempt_count: int,
    /** Moves whenever the CPU does something; the watchdog looks at it. */
    heartbeat: int,
    /** Lock the CPU spins on, 0 when none. */
    waiting_for: pointer('lock'),
    in_syscall: int,
    last_syscall: int,
    /** First argument of the last system call: the flags of clone and unshare. */
    last_argument: hex,
    held_count: int,
    held: words(MAX_HELD_LOCKS),
    lock_acquired: words(MAX_LOCK_CLASSES),
    /** Failures on purpose (fault-inject.ts): what fails, and the number, chance or state of the generator it goes by. */
    fault_mode: int,
    fault_argument: hex,
    fault_drawn: hex,
    /** Bit by bit the classes that may fail (fault-sites.ts). */
    fault_classes: hex,
    lock_contended: words(MAX_LOCK_CLASSES),
    /** How often something was asked whether it is to fail, and did. */
    fault_asked: int,
    fault_failed: int,
    /** The class and the place that asked last. */
    fault_class: int,
    fault_site: int,
    /** Interrupts (kernel/interrupt.ts): ticks that a search may still choose, and those that came. */
    ticks_left: int,
    ticks_taken: int,
    /** A tick has used up the slice of whoever runs: he leaves on the way back to user mode. */
    need_resched: int,
    /** Whether the program may arm timers, written before any CPU runs; and whether some may be armed on this CPU. */
    has_timers: int,
    timers_armed: int,
    /** RCU (kernel/rcu.ts): callbacks to come, the last of them and how many; and those that wait for a grace period. */
    rcu_nxtlist: pointer('rcu_head'),
    rcu_nxttail: pointer('rcu_head'),
    rcu_nxtlen: int,
    rcu_curlist: pointer('rcu_head'),
  },
  'written by the CPU, looked at by others (tlb.ts)': {
    /** Page table in use, as register cr3. */
    cr3: pointer('pgd'),
    /** 1 while an access to user memory is under way, from translation to the access itself. */
    user_access: int,
  },
});

/**
 * Bytes of a CPU's block that no other CPU reads or writes: accesses there cannot race.
 * @public the build asks for it
 */
export const PRIVATE_BYTES: number = cpu_area.cr3;

const CACHE_LINE = 64;

/** Bytes between two blocks of this size that must never share a cache line, wherever in a line RAM happens to begin. */
export const apart = (size: number): number => (size + CACHE_LINE + 127) & ~127;

export const CPU_STRIDE: number = apart(cpu_area.SIZE);
export const CPU_BASE = (FIRST_ADDRESS + machine.SIZE + 127) & ~127;
export const HARDWARE_END = CPU_BASE + MAX_CPUS * CPU_STRIDE;

export const cpuAddress = (cpu: number): number => CPU_BASE + cpu * CPU_STRIDE;
