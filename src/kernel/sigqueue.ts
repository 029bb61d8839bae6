/**
 * What is pending: a set of signals, and a queue beside it with an entry for each that was sent, as far as there was memory
 * and the receiver's user is within his limit. A signal below SIGRTMIN is entered once, whether it has an entry or not; the
 * others as often as they are sent. Everything here is guarded by the siglock of the sighand, under which an entry is
 * allocated without sleeping.
 */
import { atomic_dec, atomic_inc, atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { EAGAIN, SIGQUEUE_PREALLOC, SIGRTMIN } from './abi.ts';
import { SIGQUEUE_CACHE } from './caches.ts';
import { current } from './context.ts';
import { cpu_data, sigpending, sigqueue, task_struct, user_struct } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del_init, list_empty, list_next } from './list.ts';
import { this_cpu_data } from './percpu.ts';
import { sigaddset, sigdelset, sigismember } from './sigset.ts';
import { kmem_cache_alloc, kmem_cache_alloc_atomic, kmem_cache_free } from './slab.ts';
import { free_uid } from './user.ts';

/** Signals of one user that may be queued (RLIMIT_SIGPENDING). */
const RLIMIT_SIGPENDING = 256;

export function init_sigpending(pending: number): void {
  store(pending, 0);
  store(pending + 4, 0);
  INIT_LIST_HEAD(pending + sigpending.list);
}

/** 1 when a user has as many entries as he may. */
function has_too_many(user: number): number {
  return atomic_read(user + user_struct.sigpending) >= RLIMIT_SIGPENDING ? 1 : 0;
}

/** A new entry, in no queue yet, which the user is charged for. */
function init_sigqueue(q: number, user: number, sig: number, flags: number): void {
  atomic_inc(user + user_struct.__count);
  atomic_inc(user + user_struct.sigpending);
  INIT_LIST_HEAD(q + sigqueue.list);
  store(q + sigqueue.user, user);
  store(q + sigqueue.sig, sig);
  store(q + sigqueue.flags, flags);
  store(q + sigqueue.si_sys_private, 0);
}

/** An entry for a signal to t, which its user is charged for; 0 without memory or beyond the limit. siglock held. */
function __sigqueue_alloc(t: number, sig: number): number {
  const user = load(t + task_struct.user);
  if (has_too_many(user)) return 0;
  const q = kmem_cache_alloc_atomic(SIGQUEUE_CACHE, _THIS_IP_);
  if (q) init_sigqueue(q, user, sig, 0);
  return q;
}

/** An entry of a timer of the current task, before there is a signal; 0 as above. May sleep. */
export function sigqueue_alloc(sig: number): number {
  const user = load(current() + task_struct.user);
  if (has_too_many(user)) return 0;
  const q = kmem_cache_alloc(SIGQUEUE_CACHE, _THIS_IP_);
  if (q) init_sigqueue(q, user, sig, SIGQUEUE_PREALLOC);
  return q;
}

/** Frees an entry that is in no queue any more, unless it is a timer's. */
export function __sigqueue_free(q: number): void {
  if (load(q + sigqueue.flags) & SIGQUEUE_PREALLOC) return;
  const user = load(q + sigqueue.user);
  atomic_dec(user + user_struct.sigpending);
  free_uid(user);
  kmem_cache_free(SIGQUEUE_CACHE, q, _THIS_IP_);
}

/**
 * Enters a signal for t into what it has pending, or its group. 0; or -EAGAIN for one of real time that has to have an entry
 * (sigqueue) and finds none. siglock held.
 */
export function send_signal(sig: number, t: number, pending: number, must_queue: number): number {
  const q = __sigqueue_alloc(t, sig);
  if (q) list_add_tail(q + sigqueue.list, pending + sigpending.list);
  else if (must_queue && sig >= SIGRTMIN) return -EAGAIN;
  sigaddset(pending, sig);
  return 0;
}

/** 1 when a signal that is sent once more changes nothing. siglock held. */
export function legacy_queue(pending: number, sig: number): number {
  return sig < SIGRTMIN && sigismember(pending, sig) ? 1 : 0;
}

/**
 * Takes a signal out, with its oldest entry; it stays pending when it has another one. Not 0 when it is that of a timer which
 * goes on now: what the timer has to be at for that, and its number is noted (si_tid). siglock held.
 */
export function collect_signal(sig: number, pending: number): number {
  const head = pending + sigpending.list;
  let first = 0;
  let others = 0;
  for (let at = list_next(head); at !== head && others === 0; at = list_next(at)) {
    if (load(at - sigqueue.list + sigqueue.sig) !== sig) continue;
    if (first === 0) first = at - sigqueue.list;
    else others = 1;
  }
  if (others === 0) sigdelset(pending, sig);
  if (first === 0) return 0;
  list_del_init(first + sigqueue.list);
  const goes_on = load(first + sigqueue.si_sys_private);
  if (goes_on) store(this_cpu_data() + cpu_data.si_tid, load(first + sigqueue.si_tid));
  __sigqueue_free(first);
  return goes_on;
}

/** Takes every signal of a mask, all below 33, out of what is pending. siglock held. */
export function rm_from_queue(mask: number, pending: number): void {
  if ((load(pending) & mask) === 0) return;
  store(pending, load(pending) & ~mask);
  const head = pending + sigpending.list;
  let at = list_next(head);
  while (at !== head) {
    const q = at - sigqueue.list;
    const sig = load(q + sigqueue.sig);
    at = list_next(at);
    if (sig > 32 || (mask & (1 << (sig - 1))) === 0) continue;
    list_del_init(q + sigqueue.list);
    __sigqueue_free(q);
  }
}

/** Takes one signal out as often as it is there. siglock held. */
export function rm_signal(sig: number, pending: number): void {
  while (sigismember(pending, sig)) collect_signal(sig, pending);
}

/** Empties what a task or a group that nobody finds any more has pending. */
export function flush_sigqueue(pending: number): void {
  store(pending, 0);
  store(pending + 4, 0);
  const head = pending + sigpending.list;
  while (list_empty(head) === 0) {
    const q = list_next(head) - sigqueue.list;
    list_del_init(q + sigqueue.list);
    __sigqueue_free(q);
  }
}
