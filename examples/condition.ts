/**
 * A consumer waits under a mutex until the producer has filled a place. Verdict: pass. With `--set LOCKED=0` the producer
 * does not take the mutex: it fills and signals between the consumer's look and its wait, "deadlock: no CPU can go on in
 * consumer". With `--set WAKE=0` it does not signal, which only shows if the consumer was there first: the same.
 */
import { assert, cond_signal, cond_wait, load, mutex_lock, mutex_unlock, store } from 'tasklock/bus';

const LOCKED = 1;
const WAKE = 1;

const MUTEX = 0x1000;
const FILLED = 0x1004;
const PLACE = 0x1008;

function producer(): void {
  if (LOCKED) mutex_lock(MUTEX);
  store(PLACE, 7);
  if (WAKE) cond_signal(FILLED);
  if (LOCKED) mutex_unlock(MUTEX);
}

function consumer(): void {
  mutex_lock(MUTEX);
  while (load(PLACE) === 0) cond_wait(FILLED, MUTEX);
  assert(load(PLACE) === 7, 'nothing was there');
  mutex_unlock(MUTEX);
}

export const cpus = [producer, consumer];
