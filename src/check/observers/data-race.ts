/**
 * data-race: two accesses to one word, one of them a write, one of them plain, and nothing orders them. Happens-before by
 * vector clocks with the epochs of FastTrack (Flanagan, Freund, PLDI 2009), so a race is found whenever both accesses
 * occur in an execution, however far apart they are in it. Threads of the clocks are CPUs: a task that moves from one to
 * another is ordered by the lock of the run queue.
 *
 * What orders
 *   locks               acquire what the last holder released. Readers are ordered with writers, not with readers.
 *   locked operations   acquire and release through their word, whether cmpxchg stores or not
 *   marked accesses     READ_ONCE and waiting for a change acquire, WRITE_ONCE releases: x86 keeps loads in order with
 *                       loads and stores with stores, and code that marks both sides relies on just that
 *   plain accesses      nothing, although a mov is the same mov: who relies on their order has to say so
 *
 * What races (as KCSAN in its strict form; by default KCSAN takes a plain write for atomic and lets it meet a marked
 * read): a plain access with any conflicting one, marked, locked or plain. Marked and locked ones never race among
 * themselves. atomic_read and atomic_set count as marked, since Linux has them volatile (benign-races.ts). User memory is
 * left to the programs. An object that is handed out begins anew; giving it back writes to it, so a use that nothing
 * orders before that is a race even when it came first.
 */
import { basename } from 'node:path';
import { cacheObjectSize } from '../../kernel/caches.ts';
import { CALL_COUNTS, CALLS_END } from '../../machine/history.ts';
import { AccessLog, LockLog } from './access-log.ts';
import { MEANINGS } from './access-meanings.ts';
import { isBenign, volatileFunctions } from './benign-races.ts';
import { Clocks } from './clocks.ts';
import {
  ATOMIC,
  AWAKE,
  GIVE_BACK,
  LOCK_EXCLUSIVE,
  LOCK_SHARED,
  MARKED_READ,
  MARKED_WRITE,
  NOTHING,
  PLAIN_READ,
  PLAIN_WRITE,
  UNLOCK,
  WAKE,
} from '../compiled/meanings.ts';
import { ASKS_RACES, IS_ALONE, IS_VOLATILE } from '../compiled/places.ts';
import type { Frame } from '../evidence/call-chain.ts';
import type { Observer, World } from '../evidence/observer.ts';
import { OwnStorage, type Storage } from '../evidence/storage.ts';
import { isKernelMachine, isUserMemory, variableName } from '../evidence/variable.ts';
import { PlaceFlags } from './place-flags.ts';
import { raceFinding } from './race-report.ts';
import { RaceShadow } from './race-shadow.ts';

const ALLOCATION = /^(kmem_cache_alloc|check_free_object|cache_grow)$/;

/** The functions of machine/history.ts as a compiled module has them. */
const NOTES = /^call_(?:begin|end)$/;
const HISTORY = 'history.js';
/** Numbers of call chains are smaller: two of them make one number. */
const CHAINS = 2 ** 26;

const allocates = (frame: Frame): boolean => ALLOCATION.test(frame.function);
const isVolatile = (frame: Frame): boolean => volatileFunctions.has(frame.function);

export class DataRace implements Observer {
  readonly name = 'data-race';
  readonly compiled = {
    asks: ASKS_RACES,
    places: [
      { flag: IS_VOLATILE, test: isVolatile },
      { flag: IS_ALONE, test: allocates },
    ],
  };
  #world: World | undefined;
  #storage: Storage = new OwnStorage();
  #clocks = new Clocks(1, 0, this.#storage);
  #shadow = new RaceShadow(this.#clocks, 0, this.#storage);
  #words = 0;
  #log = new AccessLog(this.#storage);
  readonly #locks = new LockLog();
  /** By variable and pair of call chains: whether a race is on the list of those that are meant to be. */
  readonly #verdicts = new Map<string, Map<number, boolean>>();
  /** Places whose plain accesses count as marked. */
  readonly #volatile = new PlaceFlags(isVolatile);
  readonly #notes = new PlaceFlags(({ function: name, file }) => NOTES.test(name) && basename(file) === HISTORY);
  /** Places whose blocks are of no interest: nobody can see an object before it is handed out. */
  readonly #allocates = new PlaceFlags(allocates);

  begin(world: World): void {
    const words = world.view.words.length;
    if (world !== this.#world) this.#verdicts.clear();
    this.#world = world;
    const fits = words === this.#words && world.cpus === this.#clocks.cpus;
    if (!fits || (world.storage !== undefined && world.storage !== this.#storage)) this.#moveTo(world, words);
    this.#log.clear();
    this.#locks.clear();
    if (!this.#clocks.begin()) {
      this.#shadow.clear();
      this.#clocks.clear();
      this.#clocks.begin();
    }
    this.#shadow.begin();
  }

  /** Begins to keep what it knows where this machine wants it. */
  #moveTo(world: World, words: number): void {
    this.#words = words;
    this.#storage = world.storage ?? new OwnStorage();
    this.#clocks = new Clocks(world.cpus, words, this.#storage);
    this.#shadow = new RaceShadow(this.#clocks, words, this.#storage);
    this.#log = new AccessLog(this.#storage, this.#log);
  }

  /**
   * What was done so far happened before everything else: at a moment that every execution comes to by the same steps, with
   * one CPU that could step, nothing of it can be done in another order.
   */
  keep(): () => void {
    const world = this.#here();
    const locks = this.#locks.keep();
    return () => {
      this.begin(world);
      locks();
    };
  }

  onAccess(cpu: number, kind: number, address: number, bytes: number): void {
    const word = address >> 2;
    if (word <= 0 || word + (bytes >> 2) > this.#words) return;
    const epoch = this.#clocks.epochs[cpu] as number;
    switch (MEANINGS[kind]) {
      case PLAIN_READ:
        if (bytes !== 4) this.#block(cpu, kind, word, bytes >> 2);
        else if (!this.#shadow.hasRead(word, epoch)) this.#plain(cpu, kind, word);
        return;
      case PLAIN_WRITE:
        if (bytes !== 4) this.#block(cpu, kind, word, bytes >> 2);
        else if (!this.#shadow.hasWritten(word, epoch)) this.#plain(cpu, kind, word);
        return;
      case NOTHING:
        return;
      case WAKE:
        this.#clocks.acquire(cpu, word, true);
        this.#clocks.release(cpu, word);
        return;
      case AWAKE:
        this.#clocks.acquire(cpu, word, true);
        return;
      default:
        this.#synchronise(cpu, kind, word);
    }
  }

  onLock(cpu: number, lock: number): void {
    this.#locks.add(this.#here().step, cpu, lock, false);
  }

  onUnlock(cpu: number, lock: number): void {
    this.#locks.add(this.#here().step, cpu, lock, true);
  }

  onAlloc(_cpu: number, object: number, cache: number): void {
    const words = cacheObjectSize(cache) >> 2;
    this.#shadow.forget(object >> 2, words);
    this.#clocks.forget(object >> 2, words);
  }

  #here(): World {
    if (this.#world === undefined) throw new Error('data-race: an event before begin()');
    return this.#world;
  }

  #row(cpu: number, kind: number, word: number): number {
    return this.#log.add(this.#here(), cpu, kind, 4 * word);
  }

  /** What is noted of the calls of a module is read by nobody but the judge of them. */
  #isHistory(cpu: number, word: number): boolean {
    if (word < CALL_COUNTS >> 2 || word >= CALLS_END >> 2) return false;
    return this.#notes.has(this.#here(), this.#here().place(cpu));
  }

  /** A plain access to a word that tells something new. */
  #plain(cpu: number, kind: number, word: number): void {
    if (this.#isHistory(cpu, word)) return;
    const row = this.#row(cpu, kind, word);
    const shadow = this.#shadow;
    const isWrite = MEANINGS[kind] === PLAIN_WRITE;
    let other: number;
    if (this.#volatile.has(this.#here(), this.#here().place(cpu))) {
      other = isWrite ? shadow.markedWrite(cpu, word, row) : shadow.markedRead(cpu, word, row);
      if (isWrite) this.#clocks.release(cpu, word);
      else this.#clocks.acquire(cpu, word, true);
    } else other = isWrite ? shadow.write(cpu, word, row) : shadow.read(cpu, word, row);
    if (other !== 0) this.#judge(word, other, row);
  }

  /** A plain access to many words: at most one race of it is reported. */
  #block(cpu: number, kind: number, word: number, words: number): void {
    const world = this.#here();
    if (this.#allocates.has(world, world.place(cpu)) || this.#isHistory(cpu, word)) return;
    const shadow = this.#shadow;
    const isWrite = MEANINGS[kind] === PLAIN_WRITE;
    const row = this.#row(cpu, kind, word);
    let reported = false;
    for (let at = word; at < word + words; at++) {
      const other = isWrite ? shadow.write(cpu, at, row) : shadow.read(cpu, at, row);
      if (other !== 0 && !reported) reported = this.#judge(at, other, row);
    }
  }

  #synchronise(cpu: number, kind: number, word: number): void {
    const row = this.#row(cpu, kind, word);
    const clocks = this.#clocks;
    const meaning = MEANINGS[kind] as number;
    if (meaning === MARKED_READ || meaning === ATOMIC || meaning === LOCK_EXCLUSIVE) clocks.acquire(cpu, word, true);
    else if (meaning === LOCK_SHARED) clocks.acquire(cpu, word, false);
    const other =
      meaning === MARKED_READ ? this.#shadow.markedRead(cpu, word, row) : this.#shadow.markedWrite(cpu, word, row);
    if (meaning === MARKED_WRITE || meaning === ATOMIC || meaning === UNLOCK) clocks.release(cpu, word);
    else if (meaning === GIVE_BACK) this.#giveBack(cpu, word);
    if (other !== 0) this.#judge(word, other, row);
  }

  /** Release of a rwlock or semaphore: its word is positive while readers hold it. */
  #giveBack(cpu: number, word: number): void {
    if ((this.#here().view.words[word] as number) > 0) this.#clocks.releaseShared(cpu, word);
    else this.#clocks.release(cpu, word);
  }

  /** Reports a race that is not meant to be; true when it was reported. */
  #judge(word: number, other: number, row: number): boolean {
    const world = this.#here();
    const log = this.#log;
    if (isUserMemory(world.view, 4 * word)) return false;
    const variable = variableName(world.view, 4 * word);
    if (this.#isBenign(world, variable, other, row)) return false;
    world.report(raceFinding(world, 4 * word, variable, log.read(other), log.read(row), this.#locks, isVolatile));
    return true;
  }

  /** Whether the race of two rows is on the list. What that takes is the variable and the two chains, so it is asked once. */
  #isBenign(world: World, variable: string, other: number, row: number): boolean {
    if (!isKernelMachine(world.view)) return false;
    let known = this.#verdicts.get(variable);
    if (known === undefined) this.#verdicts.set(variable, (known = new Map()));
    const pair = this.#log.chainOf(other) * CHAINS + this.#log.chainOf(row);
    let verdict = known.get(pair);
    if (verdict === undefined) {
      const frames = (one: number): Frame[] => this.#log.read(one).places.map((place) => world.frame(place));
      verdict = isBenign(variable, [frames(other), frames(row)]);
      known.set(pair, verdict);
    }
    return verdict;
  }
}
