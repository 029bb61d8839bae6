/**
 * A queue of two places, judged by a sequential model: whatever the interleaving, the calls must be explained by some order in
 * which a plain queue gives the same results. Verdict: pass. With `--set LOCKED=0` take() looks and takes in two steps: "spec:
 * no order of the calls explains what came of them in model". The model keeps its own queue at MODEL.
 */
import { arch_spin_lock, arch_spin_unlock, call_begin, call_end, load, store } from 'tasklock/bus';

const LOCKED = 1;

const LOCK = 0x1000;
const HEAD = 0x1004;
const TAIL = 0x1008;
const PLACES = 0x1010;
const MODEL = 0x2000;
enum Op {
  Put,
  Take,
}

export function setup(): void {
  store(LOCK, 1);
}

function put(value: number): number {
  arch_spin_lock(LOCK);
  const tail = load(TAIL);
  store(PLACES + 4 * tail, value);
  store(TAIL, tail + 1);
  arch_spin_unlock(LOCK);
  return 0;
}

/** 0 when there is nothing. */
function take(): number {
  if (LOCKED) arch_spin_lock(LOCK);
  const head = load(HEAD);
  let value = 0;
  if (head !== load(TAIL)) {
    value = load(PLACES + 4 * head);
    store(HEAD, head + 1);
  }
  if (LOCKED) arch_spin_unlock(LOCK);
  return value;
}

function putter(cpu: number): void {
  call_begin(cpu, Op.Put, 7);
  call_end(cpu, put(7));
}

function taker(cpu: number): void {
  call_begin(cpu, Op.Take, 0);
  call_end(cpu, take());
}

export const cpus = [putter, taker, taker];

/** The same operations, one after the other. */
export function model(op: number, value: number): number {
  const { head, tail } = QUEUE;
  if (op === Op.Put) {
    store(MODEL + tail + 4 + 4 * load(MODEL + tail), value);
    store(MODEL + tail, load(MODEL + tail) + 1);
    return 0;
  }
  const first = load(MODEL + head);
  if (first === load(MODEL + tail)) return 0;
  store(MODEL + head, first + 1);
  return load(MODEL + tail + 4 + 4 * first);
}

const QUEUE = { head: 0, tail: 4 };
