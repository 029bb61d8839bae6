/**
 * The kernel as WebAssembly, on the thread of one CPU: the same functions over the same RAM as the modules of src/kernel, which
 * are the reference. What throws, waits, draws or listens is the machine's own code, here as there.
 */
import { readFileSync } from 'node:fs';
import * as bus from '../machine/bus.ts';
import * as chosenLocks from '../machine/chosen-locks.ts';
import { type WasmMemory, wasmMemoryOf } from '../machine/engine.ts';
import * as fault from '../machine/fault.ts';
import { FIRST_ADDRESS } from '../machine/limits.ts';
import { cpuAddress } from '../machine/map.ts';
import * as tick from '../machine/tick.ts';
import * as trace from '../machine/trace.ts';
import { warn } from '../machine/warning.ts';
import { hostMath } from '../stepper/wasm/host-math.ts';
import { hostFunction, type Word } from './host-functions.ts';
import type { HostImport } from '../stepper/wasm/uncut.ts';

/** What a CPU's thread calls of the kernel. */
export interface KernelCode {
  cpu_main(): void;
  timer_interrupt(chosen: number): void;
  time_passes(): void;
}

/** What runs a program in order: run-in-order.ts. */
export interface OrderedCode {
  schedule(): number;
  schedule_tail(task: number): void;
  return_to_user(task: number): number;
  user_step(): number;
  context_switch(): void;
  time_passes(): void;
}

export type UncutKernel = KernelCode & OrderedCode & { system_call(): number };

const BUILT = new URL('../../uncut/', import.meta.url);

/** Functions of the machine that stay what they are, by name. */
const machine: Readonly<Record<string, Word>> = {
  ...(bus as unknown as Record<string, Word>),
  ...(trace as unknown as Record<string, Word>),
  warn: warn as Word,
  count_down: tick.countDown as Word,
  bad_address: (address) => {
    throw fault.badAddress(address as number);
  },
  stopped: () => {
    throw new fault.MachineStopped();
  },
  ...hostMath,
};

/** What a thread needs of the compiled kernel. */
export interface UncutCode {
  /** A WebAssembly.Module. */
  readonly module: object;
  readonly imports: readonly HostImport[];
  readonly memory: WasmMemory;
}

let loaded: Omit<UncutCode, 'memory'> | undefined;

function load(): Omit<UncutCode, 'memory'> {
  const module = new WebAssembly.Module(readFileSync(new URL('kernel.wasm', BUILT)));
  return { module, imports: JSON.parse(readFileSync(new URL('imports.json', BUILT), 'utf8')) };
}

/** For RAM that was made for it; null for other RAM, on which the modules of src/kernel run. */
export function uncutCodeFor(ram: SharedArrayBuffer): UncutCode | null {
  const memory = wasmMemoryOf(ram);
  if (memory === undefined) return null;
  loaded ??= load();
  return { ...loaded, memory };
}

export interface UncutOptions {
  readonly code: UncutCode;
  readonly cpu: number;
  /** Whether interrupts come, and who listens on this thread: said before, and so it stays. */
  readonly ticks: boolean;
  readonly listens: { readonly locks: boolean; readonly returns: boolean };
}

/** The kernel's code for this thread's CPU, which is attached to the same memory. */
export function instantiateUncut({
  code: { module, imports, memory },
  cpu,
  ticks,
  listens,
}: UncutOptions): UncutKernel {
  const host: Record<string, WebAssembly.Import> = {
    memory,
    size: memory.buffer.byteLength - FIRST_ADDRESS,
    area: cpuAddress(cpu),
    ticks: Number(ticks),
    someChosen: Number(chosenLocks.someChosen),
    lock_listener: Number(listens.locks),
    return_listener: Number(listens.returns),
  };
  for (const one of imports) host[one.name] = hostFunction(one, machine);
  return new WebAssembly.Instance(module, { host }).exports as unknown as UncutKernel;
}
