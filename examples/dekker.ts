/**
 * Dekker's algorithm (about 1962), the first for mutual exclusion by loads and stores. Verdict: pass, memory being
 * sequentially consistent here. With `--set GIVE_WAY=0` nobody steps back when both want in:
 * "livelock: spinning for ever in enter".
 */
import { assert, cpu_relax, load, store } from 'tasklock/bus';

const GIVE_WAY = 1;

/** WANTS + 4 * cpu; TURN: whose turn it is when both want in. */
const WANTS = 0x1000;
const TURN = 0x1008;
const INSIDE = 0x100c;

function enter(me: number, other: number): void {
  store(WANTS + 4 * me, 1);
  while (load(WANTS + 4 * other) === 1) {
    if (GIVE_WAY && load(TURN) !== me) {
      store(WANTS + 4 * me, 0);
      while (load(TURN) !== me) cpu_relax();
      store(WANTS + 4 * me, 1);
    }
  }
}

function worker(me: number): void {
  const other = 1 - me;
  enter(me, other);
  assert(load(INSIDE) === 0, 'two CPUs are inside');
  store(INSIDE, 1);
  store(INSIDE, 0);
  store(TURN, other);
  store(WANTS + 4 * me, 0);
}

export const cpus = [worker, worker];
