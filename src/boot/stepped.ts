/**
 * The stepped kernel of this build, as WebAssembly: the same functions over the same frames as stepped/kernel.js, which is the
 * reference. What throws, is rare or listens is the machine's own code, here as there.
 */
import { readFileSync } from 'node:fs';
import { wasmMemoryOf } from '../machine/engine.ts';
import { AREA_AT, FRAMES_AT, HIGH_AT, HIGH_SIZE_AT, RAM_END, SIZE_AT } from '../stepped/cut-places.ts';
import type { CompiledModule, Hooks } from '../stepped/compiled-module.ts';
import { hostMath } from '../stepper/wasm/host-math.ts';
import type { HostImport } from '../stepper/wasm/uncut.ts';
import { hostFunction, type Word } from './host-functions.ts';

const BUILT = new URL('../../stepped/', import.meta.url);

/** What of the hooks compiled code calls by name: tracepoints and what it asks the machine. */
type Called = Omit<Hooks, 'size' | 'high' | 'highSize'>;

type Facts = Omit<CompiledModule, 'instantiate' | 'oneMemory'> & { readonly imports: readonly HostImport[] };

let loaded: CompiledModule | undefined;

/** The kernel, read and compiled once. */
export function steppedWasm(): CompiledModule {
  loaded ??= load();
  return loaded;
}

function load(): CompiledModule {
  const { imports, ...facts } = JSON.parse(readFileSync(new URL('kernel.json', BUILT), 'utf8')) as Facts;
  return steppedModule(new WebAssembly.Module(readFileSync(new URL('kernel.wasm', BUILT))), imports, facts);
}

/** A kernel that was compiled by stepper/wasm/stepped.ts, with what it says of itself. */
export function steppedModule(
  module: WebAssembly.Module,
  imports: readonly HostImport[],
  facts: Omit<CompiledModule, 'instantiate' | 'oneMemory'>,
): CompiledModule {
  return {
    ...facts,
    oneMemory: { ramEnd: RAM_END, framesAt: FRAMES_AT },
    instantiate: (frames, ram, hooks) => instantiate(module, imports, { frames, ram, hooks }),
  };
}

interface Around {
  readonly frames: Int32Array;
  readonly ram: Int32Array;
  readonly hooks: Hooks;
}

function instantiate(
  module: WebAssembly.Module,
  imports: readonly HostImport[],
  { frames, ram, hooks }: Around,
): (region: number) => void {
  const memory = ram.buffer instanceof SharedArrayBuffer ? wasmMemoryOf(ram.buffer) : undefined;
  const fits = frames.buffer === ram.buffer && frames.byteOffset === FRAMES_AT && ram.byteLength === RAM_END;
  if (memory === undefined || !fits) throw new RangeError('RAM and frames lie in no memory of this compiled kernel');
  const own = new Int32Array(ram.buffer);
  own[SIZE_AT >> 2] = hooks.size;
  own[HIGH_AT >> 2] = hooks.high;
  own[HIGH_SIZE_AT >> 2] = hooks.highSize;
  own[AREA_AT >> 2] = 0;
  const host: Record<string, WebAssembly.Import> = { memory };
  const machine = { ...hostMath, ...calledOf(hooks) };
  for (const one of imports) host[one.name] = hostFunction(one, machine);
  const { resume } = new WebAssembly.Instance(module, { host }).exports;
  return resume as (region: number) => void;
}

/** Each as a function of its own: the tracepoints of hooks belong to an object below. */
function calledOf(hooks: Called): Record<string, Word> {
  const { reach, poisoned, perform, trace_lock, trace_unlock, trace_alloc, trace_free } = hooks;
  const { trace_call_rcu, trace_rcu_dereference, trace_syscall_enter, trace_syscall_leave, warn } = hooks;
  const machine = { reach, poisoned, perform, trace_lock, trace_unlock, trace_alloc, trace_free };
  const rest = { trace_call_rcu, trace_rcu_dereference, trace_syscall_enter, trace_syscall_leave, warn };
  return { ...machine, ...rest } as unknown as Record<string, Word>;
}
