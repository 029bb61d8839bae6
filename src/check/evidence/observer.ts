/**
 * Observers of a stepped machine: told of every event in the order it happens, on every CPU. They read and judge; the
 * kernel knows nothing of them, and without one an event costs nothing. What they report ends the execution, unless
 * the profile is known to behave so.
 *
 * Events come as plain numbers, because there are millions of them. An access is announced before it is performed, so
 * RAM still holds the old value; lock, object and system call events come from the tracepoints (machine/trace.ts), while
 * the CPU runs between two accesses: a lock is held from onLock to onUnlock.
 *
 * Accesses to the private part of a CPU's own block (machine/map.ts) are no events.
 */
import type { Polydir } from '../../scenario/ast.ts';
import type { Frame } from './call-chain.ts';
import type { Finding } from './finding.ts';
import type { Storage } from './storage.ts';
import type { RamView } from './view.ts';

/** What an observer may ask about the moment. */
export interface World {
  readonly view: RamView;
  readonly cpus: number;
  /** Number of the step under way, from 1. */
  readonly step: number;
  /** Where the machine wants observers to keep what its compiled code works on as well; undefined where it has none. */
  readonly storage?: Storage | undefined;
  /** Call chain of a CPU with TypeScript places, innermost first. Slow: for reports. */
  stack(cpu: number): Frame[];
  /** Number that stands for the innermost place of a CPU: cheap, and `frame(place)` tells what it is. */
  place(cpu: number): number;
  frame(place: number): Frame;
  /** Writes the places of a CPU's call chain to `into` from `at` on, innermost first, `most` of them; how many. Cheap. */
  chain(cpu: number, into: Int32Array, at: number, most: number): number;
  /** task_struct of the task a CPU runs, 0 for none. Always 0 when the machine runs a module and no kernel. */
  task(cpu: number): number;
  /** Directories of which each user of the program has an instance of his own. */
  readonly polydirs: readonly Polydir[];
  /** Names of the program's tasks, for reports. */
  readonly names: readonly string[];
  report(finding: Finding): void;
}

/** Accesses that an observer needs to be told of. */
export type Accesses = 'all' | 'locks' | 'none';

/** What of an observer's onAccess can be compiled in (check/compiled). */
export interface CompiledPart {
  /** One of ASKS_*. */
  readonly asks: number;
  /** What it has to know of functions, as bits IS_*, and how that is told from any frame of one. */
  readonly places: readonly { readonly flag: number; test(frame: Frame): boolean }[];
}

export interface Observer {
  readonly name: string;
  /** Accesses to one word that compiled code finds quiet it need not be told of; without it, it is told of all. */
  readonly compiled?: CompiledPart;
  /**
   * Which accesses it needs to be told of in the execution that has begun; without it all. Asked once, after `begin`. One
   * that needs none is not called after steps either.
   */
  readonly accesses?: Accesses;
  /** An execution begins on a fresh machine: what was learnt about the last one is void. Called before any event. */
  begin(world: World): void;
  /**
   * Keeps what it knows of the execution so far: what is answered goes back to it, in place of `begin`, for another execution
   * that has come to the same state by the same steps. One without is told of these steps each time.
   */
  keep?(): () => void;
  /**
   * One bus access, about to be performed. `kind` is one of machine/access.ts; isWrite, isMarked and isAtomic of
   * access-kinds.ts say what it does. A lock that is taken or released is an access to its word. memset is one access of
   * many bytes; memcpy and memeq are two, MEMCPY_FROM (a read) and the block written, or the two blocks read.
   */
  onAccess?(cpu: number, kind: number, address: number, bytes: number): void;
  /** The access is performed, and whatever the CPU did up to its next one. */
  afterStep?(cpu: number): void;
  /**
   * Of one whose `compiled` part stands for all of it: whether afterStep has anything to do, which only an access that it is told
   * of can bring about.
   */
  readonly due?: boolean;
  /** The CPU now holds the lock. `mode` is LOCK_EXCLUSIVE or LOCK_SHARED. */
  onLock?(cpu: number, lock: number, mode: number): void;
  /** The CPU still holds the lock and is about to release it. */
  onUnlock?(cpu: number, lock: number): void;
  /** An object of a slab cache is handed out; `site` numbers the place that asked (sites.json). */
  onAlloc?(cpu: number, object: number, cache: number, site: number): void;
  /** It is given back, and not poisoned yet. */
  onFree?(cpu: number, object: number, cache: number, site: number): void;
  /** The object in which the address lies is given back as soon as RCU finds no reader that could have it. */
  onCallRcu?(cpu: number, head: number, site: number): void;
  /** The CPU is about to read a pointer that RCU guards, as a reader. */
  onRcuDereference?(cpu: number): void;
  /** The CPU's task enters call `nr`; its registers hold the arguments. */
  onSyscallEnter?(cpu: number, nr: number): void;
  onSyscallLeave?(cpu: number, nr: number, result: number): void;
  /** The execution is over without a fault: no CPU is inside the kernel. */
  onQuiescent?(): void;
}
