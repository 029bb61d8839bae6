/** Makes a machine: RAM, the program image in it, a booted kernel, and a root file system to work in. */
import { attach, load, store, this_cpu } from '../machine/bus.ts';
import { CONTEXT_MAX, PAGE_SIZE, PATH_MAX, RODATA_PAGES, SHARED_PAGES, USER_PAGE_SIZE } from '../machine/limits.ts';
import type { Engine } from '../machine/engine.ts';
import { cpu_area, cpuAddress, machine } from '../machine/map.ts';
import { createRam } from '../machine/ram.ts';
import { S_IFDIR, S_IFREG } from '../kernel/abi.ts';
import { start_kernel } from '../kernel/boot.ts';
import { create_node } from '../kernel/create.ts';
import { INSTRUCTION_WORDS, OP_INT80, WORD_AUX, WORD_OP } from '../kernel/isa.ts';
import { cpu_data, HEAP_BASE } from '../kernel/layout.ts';
import { this_cpu_data } from '../kernel/percpu.ts';
import { type ProfileName, profiles } from '../kernel/profiles.ts';
import { security_context_to_sid } from '../kernel/sidtab.ts';
import { NR_alarm, NR_setitimer, NR_timer_create } from '../kernel/syscall-numbers.ts';
import { type LockChoice, makeBlocks, planLocks } from './lock-choice.ts';

/** Threads the machine allows at once (Linux derives it from memory; at least 20). */
const THREAD_SHARE = 8192;

export interface BootOptions {
  readonly profile: ProfileName;
  readonly cpus: number;
  readonly ramBytes?: number | undefined;
  /** Kernel locks that follow another algorithm. */
  readonly locks?: readonly LockChoice[] | undefined;
  /** What will run the kernel; by default the reference. */
  readonly engine?: Engine | undefined;
  /** Bytes of memory behind RAM for whoever steps it. */
  readonly behind?: number | undefined;
  /** Bytes that it may add to that. */
  readonly room?: number | undefined;
  /** Program code, INSTRUCTION_WORDS words each, and its read-only data. */
  readonly code: Int32Array;
  readonly rodata: Uint8Array;
}

/** What a fresh root holds: the directories and files of the recordings in test/oracle, and /tmp. */
const ROOT: readonly (readonly [path: string, mode: number, size: number])[] = [
  ['/a', S_IFDIR | 0o777, 0],
  ['/b', S_IFDIR | 0o777, 0],
  ['/c', S_IFDIR | 0o777, 0],
  ['/tmp', S_IFDIR | 0o1777, 0],
  ['/home', S_IFDIR | 0o755, 0],
  ['/a/fa', S_IFREG | 0o666, 0],
  ['/b/fb', S_IFREG | 0o666, 0],
  ['/c/fc', S_IFREG | 0o666, 0],
  ['/f', S_IFREG | 0o666, 32],
];

/** The first security contexts, as a policy names them: of the kernel and what it starts, and of files. */
const INITIAL_CONTEXTS = ['s:r:kernel:s0', 's:o:file:s0'];

/** Copies text with a closing zero into a word-aligned kernel buffer. */
export function writeText(buffer: number, text: string, limit = PATH_MAX): void {
  const bytes = Buffer.from(`${text}\0`, 'latin1');
  if (bytes.length > limit) throw new RangeError(`"${text}" does not fit into ${limit} bytes`);
  const padded = Buffer.alloc((bytes.length + 3) & ~3);
  bytes.copy(padded);
  for (let i = 0; i < padded.length; i += 4) store(buffer + i, padded.readInt32LE(i));
}

/** Lays code, read-only data and the shared pages at the bottom of the heap; the first free page behind them. */
function loadImage(memory: SharedArrayBuffer, code: Int32Array, rodata: Uint8Array): number {
  const rodataAt = HEAP_BASE + code.byteLength;
  const end = rodataAt + (RODATA_PAGES + SHARED_PAGES) * USER_PAGE_SIZE;
  if (end > load(machine.ram_bytes) / 2) throw new RangeError(`the program needs ${end} bytes of RAM`);
  new Int32Array(memory).set(code, HEAP_BASE >> 2);
  new Uint8Array(memory).set(rodata, rodataAt);
  return (end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

/** Calls that arm timers. */
const TIMER_CALLS = new Set([NR_alarm, NR_setitimer, NR_timer_create]);

/** Every CPU is told whether the program may arm timers: one that cannot spends nothing on them, as with a jump label. */
function markTimers(code: Int32Array, cpus: number): void {
  for (let at = 0; at < code.length; at += INSTRUCTION_WORDS) {
    if (code[at + WORD_OP] !== OP_INT80 || !TIMER_CALLS.has(code[at + WORD_AUX] as number)) continue;
    for (let cpu = 0; cpu < cpus; cpu++) store(cpuAddress(cpu) + cpu_area.has_timers, 1);
    return;
  }
}

/** A booted machine; this thread is attached to it as CPU 0. Throws RangeError for a size it does not have. */
export function bootMachine(options: BootOptions): SharedArrayBuffer {
  const { cpus, locks = [], behind = 0, room } = options;
  const plan = planLocks(locks, cpus, options.ramBytes);
  const memory = createRam({
    cpus,
    bytes: options.ramBytes,
    sideBytes: plan.bytes + behind,
    room,
    engine: options.engine,
  });
  attach(memory, 0);
  const heap = loadImage(memory, options.code, options.rodata);
  for (const one of plan.classes) makeBlocks(one, cpus);
  const threads = Math.max(20, Math.floor(load(machine.ram_bytes) / THREAD_SHARE));
  const profile = profiles[options.profile].number;
  const init = start_kernel(profile, threads, HEAP_BASE, options.code.byteLength, heap);
  markTimers(options.code, cpus);
  store(this_cpu() + cpu_area.current, init);
  for (const context of INITIAL_CONTEXTS) {
    const buffer = this_cpu_data() + cpu_data.context;
    writeText(buffer, context.padEnd(CONTEXT_MAX - 1, '\0'), CONTEXT_MAX);
    security_context_to_sid(buffer);
  }
  for (const [path, mode, size] of ROOT) {
    writeText(this_cpu_data() + cpu_data.path, path);
    const error = create_node(mode, size);
    if (error !== 0) throw new Error(`cannot make ${path} in the root file system: error ${-error}`);
  }
  store(this_cpu() + cpu_area.current, 0);
  return memory;
}
