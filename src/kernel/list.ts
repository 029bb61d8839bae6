/** Doubly linked lists of the Linux kind: the head is an entry like any other, and an empty list points to itself. */
import { BUG, BUG_LIST } from '../machine/fault.ts';
import { load, store, WRITE_ONCE } from '../machine/bus.ts';
import { list_head } from './layout.ts';

/** What list_del leaves behind, so that a second use faults. */
const LIST_POISON1 = 0x6b6b0100;
const LIST_POISON2 = 0x6b6b0200;

export function INIT_LIST_HEAD(head: number): void {
  store(head + list_head.next, head);
  store(head + list_head.prev, head);
}

function __list_add(entry: number, prev: number, next: number): void {
  if (load(next + list_head.prev) !== prev) BUG(BUG_LIST, entry);
  store(next + list_head.prev, entry);
  store(entry + list_head.next, next);
  store(entry + list_head.prev, prev);
  store(prev + list_head.next, entry);
}

/** Adds at the front. */
export function list_add(entry: number, head: number): void {
  __list_add(entry, head, load(head + list_head.next));
}

/** Adds at the end. */
export function list_add_tail(entry: number, head: number): void {
  __list_add(entry, load(head + list_head.prev), head);
}

function __list_del(entry: number): void {
  const next = load(entry + list_head.next);
  const prev = load(entry + list_head.prev);
  if (load(prev + list_head.next) !== entry) BUG(BUG_LIST, entry);
  store(next + list_head.prev, prev);
  store(prev + list_head.next, next);
}

export function list_del(entry: number): void {
  __list_del(entry);
  store(entry + list_head.next, LIST_POISON1);
  store(entry + list_head.prev, LIST_POISON2);
}

export function list_del_init(entry: number): void {
  __list_del(entry);
  INIT_LIST_HEAD(entry);
}

/** Adds at the end of a list that others walk under RCU: they see the entry whole or not at all. */
export function list_add_tail_rcu(entry: number, head: number): void {
  const prev = load(head + list_head.prev);
  if (load(prev + list_head.next) !== head) BUG(BUG_LIST, entry);
  store(entry + list_head.next, head);
  store(entry + list_head.prev, prev);
  WRITE_ONCE(prev + list_head.next, entry);
  store(head + list_head.prev, entry);
}

/** Takes an entry out of such a list: who stands on it goes on from there. */
export function list_del_rcu(entry: number): void {
  const next = load(entry + list_head.next);
  const prev = load(entry + list_head.prev);
  if (load(prev + list_head.next) !== entry) BUG(BUG_LIST, entry);
  store(next + list_head.prev, prev);
  WRITE_ONCE(prev + list_head.next, next);
  store(entry + list_head.prev, LIST_POISON2);
}

export function list_move_tail(entry: number, head: number): void {
  __list_del(entry);
  list_add_tail(entry, head);
}

export function list_empty(head: number): number {
  return load(head + list_head.next) === head ? 1 : 0;
}

/** The entry after this one; the head itself at the end. */
export function list_next(entry: number): number {
  return load(entry + list_head.next);
}

/** Moves all entries of one list to the end of another and leaves the first empty. */
export function list_splice_tail_init(list: number, head: number): void {
  if (list_empty(list)) return;
  const first = load(list + list_head.next);
  const last = load(list + list_head.prev);
  const at = load(head + list_head.prev);
  store(first + list_head.prev, at);
  store(at + list_head.next, first);
  store(last + list_head.next, head);
  store(head + list_head.prev, last);
  INIT_LIST_HEAD(list);
}
