/**
 * CLH queue lock (Craig, "Building FIFO and priority-queuing spin locks from atomic swap", 1993; Magnusson, Landin,
 * Hagersten 1994). The lock is the tail of a queue that nobody can walk: a waiter knows only the node in front of it and
 * spins there. First come, first served; a release is one store.
 *
 * Nodes wander: who releases leaves its node to the one behind and takes over the one that was in front. So a node is in
 * use once, and the lock begins with a node of its own, which lies in its second line.
 */
import { cpu_relax, load, READ_ONCE, store, WRITE_ONCE, xchg } from '../bus.ts';

const TAIL = 0;
const FIRST_NODE = 64;

/** In the private part of a record: the node this CPU has now (0: its record), and the one in front of it. */
const NODE = 64;
const BEFORE = 68;

export function init(lock: number, _cpus: number): void {
  store(lock + FIRST_NODE, 0);
  store(lock + TAIL, lock + FIRST_NODE);
}

export function acquire(lock: number, me: number): void {
  let node = load(me + NODE);
  if (node === 0) node = me;
  store(me + NODE, node);
  store(node, 1);
  const before = xchg(lock + TAIL, node);
  store(me + BEFORE, before);
  while (READ_ONCE(before) !== 0) cpu_relax();
}

export function release(_lock: number, me: number): void {
  WRITE_ONCE(load(me + NODE), 0);
  store(me + NODE, load(me + BEFORE));
}
