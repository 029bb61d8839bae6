/**
 * The slab allocator, with the debugging of CONFIG_DEBUG_SLAB always on.
 *
 *   object = header (who allocated and freed it, red zone) + body + red zone
 *
 * A freed body is filled with poison; allocation checks that the poison is intact, so a write to freed memory is found
 * at the latest when the object is handed out again. Free objects queue up oldest first, per CPU and then per cache,
 * and a part of each queue is held back: the quarantine. It is bounded, and given up when memory runs out.
 *
 * Locks: a CPU's own ring needs none, but interrupts off, since an interrupt may queue a signal; cache->lock for the shared
 * queue; zone_lock for new pages. Nothing else is taken inside either, and interrupts are off there: who wants a signal
 * queued has siglock, which they take. Allocation may sleep (GFP_KERNEL) but for entries of
 * signal queues.
 */
import { POISON } from '../machine/atomic.ts';
import { load, memchr_inv, memset, store, this_cpu, WRITE_ONCE } from '../machine/bus.ts';
import { local_irq_restore, local_irq_save } from '../machine/cpu.ts';
import { BUG, BUG_DOUBLE_FREE, BUG_FREED_WRITTEN, BUG_INVALID_FREE, BUG_REDZONE } from '../machine/fault.ts';
import { CPU_CACHE_SLOTS, CPU_QUARANTINE, PAGE_SIZE, SHARED_QUARANTINE } from '../machine/limits.ts';
import { cpu_area } from '../machine/map.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import { trace_alloc, trace_free } from '../machine/trace.ts';
import { cacheObjectSize, cacheStride, NR_CACHES } from './caches.ts';
import { should_fail, slab_pre_alloc_hook } from './fault-inject.ts';
import { cpu_cache, cpu_data, kernel, kmem_cache, slab_header, task_struct } from './layout.ts';
import { LOCK_CACHE } from './locks.ts';
import { this_cpu_data } from './percpu.ts';

export const OBJECT_IN_USE = 0x170fc2a5;
export const OBJECT_FREE = 0x5a2cf071;
export const REDZONE = 0x170fc2a5;
export const IN_USE_FILL = 0x5a5a5a5a;

export function cache_address(cache: number): number {
  return kernel.caches + cache * kmem_cache.SIZE;
}

function this_cpu_cache(cache: number): number {
  return this_cpu_data() + cpu_data.caches + cache * cpu_cache.SIZE;
}

/** Sets up every cache; boot only. */
export function kmem_cache_init(): void {
  for (let cache = 0; cache < NR_CACHES; cache++) {
    const c = cache_address(cache);
    store(c + kmem_cache.number, cache);
    store(c + kmem_cache.objsize, cacheObjectSize(cache));
    store(c + kmem_cache.stride, cacheStride(cache));
    spin_lock_init(c + kmem_cache.lock, LOCK_CACHE);
  }
}

/** Takes a page from the end of the heap; 0 when there is none. Takes zone_lock. */
function get_free_page(cache: number): number {
  spin_lock(kernel.zone_lock);
  const at = load(kernel.heap_next);
  if (at >= load(kernel.heap_end)) {
    spin_unlock(kernel.zone_lock);
    return 0;
  }
  WRITE_ONCE(kernel.heap_next, at + PAGE_SIZE);
  store(kernel.page_cache + 4 * ((at / PAGE_SIZE) | 0), cache + 1);
  spin_unlock(kernel.zone_lock);
  return at;
}

/** Cuts a new page into free objects. Called and returns with cache->lock held; 0 when memory is out. */
function cache_grow(c: number): number {
  const slab = get_free_page(load(c + kmem_cache.number));
  if (slab === 0) return 0;
  const stride = load(c + kmem_cache.stride);
  const size = load(c + kmem_cache.objsize);
  for (let at = slab; at + stride <= slab + PAGE_SIZE; at += stride) {
    const object = at + slab_header.SIZE;
    store(at + slab_header.cache, load(c + kmem_cache.number));
    store(at + slab_header.state, OBJECT_FREE);
    store(at + slab_header.redzone, REDZONE);
    memset(object, POISON, size);
    store(object + size, REDZONE);
    queue_free_object(c, object);
  }
  store(c + kmem_cache.slabs, load(c + kmem_cache.slabs) + 1);
  return 1;
}

/** Puts a free object at the end of the shared queue; cache->lock held. */
function queue_free_object(c: number, object: number): void {
  store(object - slab_header.SIZE + slab_header.next, 0);
  const last = load(c + kmem_cache.free_last);
  if (last) store(last - slab_header.SIZE + slab_header.next, object);
  else store(c + kmem_cache.free_first, object);
  store(c + kmem_cache.free_last, object);
  store(c + kmem_cache.free_count, load(c + kmem_cache.free_count) + 1);
}

/** Takes the oldest free object off the shared queue; cache->lock held, the queue not empty. */
function unqueue_free_object(c: number): number {
  const object = load(c + kmem_cache.free_first);
  const next = load(object - slab_header.SIZE + slab_header.next);
  store(c + kmem_cache.free_first, next);
  if (next === 0) store(c + kmem_cache.free_last, 0);
  store(c + kmem_cache.free_count, load(c + kmem_cache.free_count) - 1);
  return object;
}

/**
 * Brings objects into this CPU's ring: past the shared quarantine, from a new page, or out of the quarantine. Takes
 * cache->lock; interrupts are off, as wherever somebody has the ring in hand.
 */
function cache_refill(c: number, ring: number): void {
  spin_lock(c + kmem_cache.lock);
  if (load(c + kmem_cache.free_count) <= SHARED_QUARANTINE) cache_grow(c);
  let wanted = CPU_CACHE_SLOTS / 2;
  while (wanted > 0 && load(c + kmem_cache.free_count) > SHARED_QUARANTINE) {
    ring_push(ring, unqueue_free_object(c));
    wanted = wanted - 1;
  }
  if (load(ring + cpu_cache.count) <= CPU_QUARANTINE && load(c + kmem_cache.free_count) > 0) {
    ring_push(ring, unqueue_free_object(c));
  }
  spin_unlock(c + kmem_cache.lock);
}

function ring_push(ring: number, object: number): void {
  const count = load(ring + cpu_cache.count);
  const at = (load(ring + cpu_cache.head) + count) % CPU_CACHE_SLOTS;
  store(ring + cpu_cache.slot + 4 * at, object);
  store(ring + cpu_cache.count, count + 1);
}

function ring_pop(ring: number): number {
  const head = load(ring + cpu_cache.head);
  store(ring + cpu_cache.head, (head + 1) % CPU_CACHE_SLOTS);
  store(ring + cpu_cache.count, load(ring + cpu_cache.count) - 1);
  return load(ring + cpu_cache.slot + 4 * head);
}

/** Pid of whoever runs here, for the allocation and free sites. */
function current_pid(): number {
  const tsk = load(this_cpu() + cpu_area.current);
  return tsk ? load(tsk + task_struct.pid) : 0;
}

/**
 * A new object of the cache, its body filled with 0x5a, or 0 when memory is out or the call is to fail. May sleep. `ip` is
 * the place that asks, for reports.
 */
export function kmem_cache_alloc(cache: number, ip: number): number {
  const fails = slab_pre_alloc_hook(cache, ip);
  return fails ? 0 : cache_alloc(cache, ip);
}

/** The same where one may not sleep (GFP_ATOMIC). */
export function kmem_cache_alloc_atomic(cache: number, ip: number): number {
  const fails = should_fail(cache, ip);
  return fails ? 0 : cache_alloc(cache, ip);
}

/** An object out of this CPU's ring, or 0 when memory is out. Interrupts, which queue signals, are off meanwhile. */
function cache_alloc(cache: number, ip: number): number {
  const flags = local_irq_save();
  const object = take_object(cache, ip);
  local_irq_restore(flags);
  return object;
}

function take_object(cache: number, ip: number): number {
  const ring = this_cpu_cache(cache);
  if (load(ring + cpu_cache.count) <= CPU_QUARANTINE) {
    cache_refill(cache_address(cache), ring);
    if (load(ring + cpu_cache.count) === 0) {
      store(ring + cpu_cache.failed, load(ring + cpu_cache.failed) + 1);
      return 0;
    }
  }
  const object = ring_pop(ring);
  check_free_object(cache, object);
  const header = object - slab_header.SIZE;
  store(header + slab_header.state, OBJECT_IN_USE);
  store(header + slab_header.alloc_ip, ip);
  store(header + slab_header.alloc_pid, current_pid());
  memset(object, IN_USE_FILL, load(cache_address(cache) + kmem_cache.objsize));
  store(ring + cpu_cache.allocated, load(ring + cpu_cache.allocated) + 1);
  trace_alloc(object, cache, ip);
  return object;
}

/** BUG unless a free object is as free left it. */
function check_free_object(cache: number, object: number): void {
  const size = load(cache_address(cache) + kmem_cache.objsize);
  const header = object - slab_header.SIZE;
  if (load(header + slab_header.redzone) !== REDZONE || load(object + size) !== REDZONE) BUG(BUG_REDZONE, object);
  const hit = memchr_inv(object, POISON, size);
  if (hit) BUG(BUG_FREED_WRITTEN, hit);
}

/** Gives an object back. BUG when it is free already, or is none. */
export function kmem_cache_free(cache: number, object: number, ip: number): void {
  const c = cache_address(cache);
  const header = object - slab_header.SIZE;
  const size = load(c + kmem_cache.objsize);
  const state = load(header + slab_header.state);
  if (state === OBJECT_FREE) BUG(BUG_DOUBLE_FREE, object);
  if (state !== OBJECT_IN_USE || load(header + slab_header.cache) !== cache) BUG(BUG_INVALID_FREE, object);
  if (load(header + slab_header.redzone) !== REDZONE || load(object + size) !== REDZONE) BUG(BUG_REDZONE, object);
  trace_free(object, cache, ip);
  store(header + slab_header.state, OBJECT_FREE);
  store(header + slab_header.free_ip, ip);
  store(header + slab_header.free_pid, current_pid());
  memset(object, POISON, size);
  const flags = local_irq_save();
  const ring = this_cpu_cache(cache);
  if (load(ring + cpu_cache.count) === CPU_CACHE_SLOTS) cache_drain(c, ring);
  ring_push(ring, object);
  store(ring + cpu_cache.freed, load(ring + cpu_cache.freed) + 1);
  local_irq_restore(flags);
}

/** Moves the older half of a full ring to the shared queue. Takes cache->lock; interrupts are off. */
function cache_drain(c: number, ring: number): void {
  spin_lock(c + kmem_cache.lock);
  for (let i = 0; i < CPU_CACHE_SLOTS / 2; i++) queue_free_object(c, ring_pop(ring));
  spin_unlock(c + kmem_cache.lock);
}
