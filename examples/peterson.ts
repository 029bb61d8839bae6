/**
 * Peterson's algorithm (1981): two CPUs exclude each other with loads and stores alone. Verdict: pass, memory being
 * sequentially consistent here. With `--set FLAG_FIRST=0` a CPU gives way before it says that it wants in:
 * "assert: two CPUs are inside in worker".
 */
import { assert, cpu_relax, load, store } from 'tasklock/bus';

const FLAG_FIRST = 1;

/** FLAG + 4 * cpu: that CPU wants in. TURN: who goes first when both do. */
const FLAG = 0x1000;
const TURN = 0x1008;
const INSIDE = 0x100c;

function enter(me: number, other: number): void {
  if (FLAG_FIRST) store(FLAG + 4 * me, 1);
  store(TURN, other);
  if (!FLAG_FIRST) store(FLAG + 4 * me, 1);
  while (load(FLAG + 4 * other) === 1 && load(TURN) === other) cpu_relax();
}

function worker(me: number): void {
  const other = 1 - me;
  enter(me, other);
  assert(load(INSIDE) === 0, 'two CPUs are inside');
  store(INSIDE, 1);
  store(INSIDE, 0);
  store(FLAG + 4 * me, 0);
}

export const cpus = [worker, worker];
