/**
 * The compiler against the kernel: int 0x80, unshare(CLONE_FS), slab and locks in steps, alone and on two CPUs. The
 * direct build of the same sources is the reference.
 */
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { CLONE_FS, SIGCHLD } from '../../dist/src/kernel/abi.js';
import { current } from '../../dist/src/kernel/context.js';
import { context_switch } from '../../dist/src/kernel/cpu-loop.js';
import { system_call } from '../../dist/src/kernel/entry.js';
import { fs_struct, pt_regs, task_struct } from '../../dist/src/kernel/layout.js';
import { idle_balance, schedule } from '../../dist/src/kernel/sched.js';
import { NR_clone, NR_unshare } from '../../dist/src/kernel/syscall-numbers.js';
import { user_step } from '../../dist/src/kernel/usermode.js';
import { attach, store } from '../../dist/src/machine/bus.js';
import { hashRam } from '../../dist/src/machine/ram.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { bootMachine } from '../../dist/src/boot/boot.js';
import { SPIN_LOCK } from '../../dist/src/machine/access.js';
import { SteppedMachine } from '../../dist/src/stepped/machine.js';
import { silent } from '../../dist/src/stepped/tracer.js';
import { compileEntries } from '../support/stepped-kernel.ts';

const RAM_BYTES = 2 << 20;
const compiled = await compileEntries(
  'dist/src/kernel/entry.js:system_call',
  'dist/src/kernel/context.js:current',
  'dist/src/kernel/cpu-loop.js:context_switch',
  'dist/src/kernel/sched.js:schedule',
  'dist/src/kernel/usermode.js:user_step',
);
const tracer = { ...silent, warn: () => expect.fail('no warning expected') };

function setCall(task: number, nr: number, ebx: number): void {
  store(task + task_struct.regs + pt_regs.eax, nr);
  store(task + task_struct.regs + pt_regs.ebx, ebx);
  store(task + task_struct.regs + pt_regs.ecx, 0);
}

/** Two CPUs, init on one and its child on the other; they share an fs part and both are about to unshare it. */
function bootSharers(): { memory: SharedArrayBuffer; init: number; child: number } {
  const code = new Int32Array(64);
  const memory = bootMachine({
    profile: 'linux-2.6.16',
    cpus: 2,
    ramBytes: RAM_BYTES,
    code,
    rodata: new Uint8Array(0),
  });
  const init = schedule();
  setCall(init, NR_clone, CLONE_FS | SIGCHLD);
  expect(system_call()).toBe(1);
  attach(memory, 1);
  const child = idle_balance();
  setCall(init, NR_unshare, CLONE_FS);
  setCall(child, NR_unshare, CLONE_FS);
  return { memory, init, child };
}

function copyRam(memory: SharedArrayBuffer): ArrayBuffer {
  return new Uint8Array(memory).slice().buffer;
}

/** Hash of a stepped machine's RAM and frames. */
function stateOf(machine: SteppedMachine): string {
  const shared = new SharedArrayBuffer(RAM_BYTES);
  new Int32Array(shared).set(machine.ram);
  const frames = machine.frames.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193), 0x811c9dc5);
  return `${hashRam(shared)} ${frames}`;
}

describe('unshare(CLONE_FS) in steps', () => {
  let memory: SharedArrayBuffer;
  let init = 0;
  let child = 0;
  let machine: SteppedMachine;

  beforeEach(() => {
    ({ memory, init, child } = bootSharers());
    machine = new SteppedMachine(compiled.module, { memory: copyRam(memory), cpus: 2, tracer });
  });

  /** Steps the CPUs in turns of so many steps until both are done; a CPU that waits for a lock is passed over. */
  function alternate(turn: number): number {
    let steps = 0;
    for (let cpu = 0; !machine.isIdle(0) || !machine.isIdle(1); cpu ^= 1) {
      const before = steps;
      for (let i = 0; i < turn && machine.enabled(cpu); i++, steps++) machine.step(cpu);
      if (steps === before) expect(machine.enabled(cpu ^ 1)).toBe(true);
    }
    return steps;
  }

  const word = (address: number): number => machine.ram[address >> 2] ?? -1;
  const fsOf = (task: number): number => word(task + task_struct.fs);

  it('leaves the same RAM as at once', () => {
    attach(memory, 0);
    expect(system_call()).toBe(1);
    machine.start(0, 'system_call');
    let steps = 0;
    let acquisitions = 0;
    for (; !machine.isIdle(0); steps++) {
      if (machine.kind(0) === SPIN_LOCK) acquisitions++;
      machine.step(0);
    }
    expect(machine.result(0)).toBe(1);
    expect(Buffer.from(machine.ram.buffer).equals(Buffer.from(memory))).toBe(true);
    // task_lock, and the refill of an empty ring: cache->lock and zone_lock, and a new page cut into objects.
    expect({ steps, acquisitions }).toEqual({ steps: 582, acquisitions: 3 });
  });

  it.each([1, 2, 3, 5, 8, 13, 50, 1000])('gives both CPUs an fs part of their own, in turns of %i', (turn) => {
    const shared = fsOf(init);
    machine.start(0, 'system_call');
    machine.start(1, 'system_call');
    expect(alternate(turn)).toBeGreaterThan(130);
    for (const task of [init, child]) {
      expect(word(task + task_struct.regs + pt_regs.eax)).toBe(0);
      expect(word(fsOf(task) + fs_struct.count)).toBe(1);
    }
    expect(fsOf(init)).not.toBe(fsOf(child));
    expect([fsOf(init), fsOf(child)].filter((fs) => fs === shared).length).toBe(turn === 1000 ? 1 : 0);
  });

  it('goes on the same from a snapshot', () => {
    machine.start(0, 'system_call');
    machine.start(1, 'system_call');
    for (let i = 0; i < 150; i++) if (machine.enabled(i & 1)) machine.step(i & 1);
    const snapshot = machine.snapshot();
    const steps = alternate(3);
    const end = stateOf(machine);
    machine.restore(snapshot);
    expect(alternate(7)).toBeGreaterThan(0);
    machine.restore(snapshot);
    expect(alternate(3)).toBe(steps);
    expect(stateOf(machine)).toBe(end);
  });

  it('goes on the same on another machine', () => {
    machine.start(0, 'system_call');
    for (let i = 0; i < 60; i++) machine.step(0);
    const other = new SteppedMachine(compiled.module, { memory: new ArrayBuffer(RAM_BYTES), cpus: 2, tracer });
    other.restore(machine.snapshot());
    while (!machine.isIdle(0)) machine.step(0);
    while (!other.isIdle(0)) other.step(0);
    expect(stateOf(other)).toBe(stateOf(machine));
  });

  it('does not step a CPU that waits for a lock', () => {
    const lock = init + task_struct.alloc_lock;
    machine.ram[lock >> 2] = 0;
    machine.start(0, 'system_call');
    while (machine.enabled(0)) machine.step(0);
    expect([machine.kind(0), machine.address(0)]).toEqual([SPIN_LOCK, lock]);
    machine.ram[lock >> 2] = 1;
    while (machine.enabled(0)) machine.step(0);
    expect(machine.isIdle(0)).toBe(true);
  });

  it('faults like the machine on a bad address', () => {
    machine.ram[(init + task_struct.fs) >> 2] = 0x6b6b6b6b;
    machine.start(0, 'system_call');
    const run = (): void => {
      while (!machine.isIdle(0)) machine.step(0);
    };
    expect(run).toThrow('use-after-free: pointer read from freed memory');
  });
});

/** One CPU by hand: the next task after every few instructions, until nobody can run. */
function drive(call: (entry: string) => number): number {
  let turns = 0;
  for (; turns < 5000; turns++) {
    if (call('current') === 0) {
      if (call('schedule') === 0) break;
    } else if (call('user_step') === 0 || turns % 7 === 6) call('context_switch');
  }
  return turns;
}

describe('whole programs in steps', () => {
  const entries: Readonly<Record<string, () => number | void>> = { current, context_switch, schedule, user_step };

  it.each(['fs-sharing', 'futex-barrier', 'private-tmp', 'undo', 'zombie-holds-sighand'])('%s.prog', (name) => {
    const { code, rodata } = assembleText(readFileSync(`examples/${name}.prog`, 'utf8'));
    const memory = bootMachine({ profile: 'linux-2.6.16', cpus: 1, ramBytes: RAM_BYTES, code, rodata });
    const machine = new SteppedMachine(compiled.module, { memory: copyRam(memory), cpus: 1, tracer });
    const turns = drive((entry) => entries[entry]?.() ?? 0);
    const inSteps = (entry: string): number => {
      machine.start(0, entry);
      while (!machine.isIdle(0)) machine.step(0);
      return machine.result(0);
    };
    expect(drive(inSteps)).toBe(turns);
    expect(Buffer.from(machine.ram.buffer).equals(Buffer.from(memory))).toBe(true);
  });
});
