/** The data-race checker by synthetic events: what races, what does not, and what the report says. */
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { DataRace } from '../../dist/src/check/observers/data-race.js';
import { FS_CACHE } from '../../dist/src/kernel/caches.js';
import { kernel } from '../../dist/src/kernel/layout.js';
import { LOCK_ZONE } from '../../dist/src/kernel/locks.js';
import { LOCK_CLASS } from '../../dist/src/machine/cpu.js';
import * as kinds from '../../dist/src/machine/access.js';
import { FakeWorld } from '../support/fake-world.ts';

const { LOAD, STORE, READ_ONCE, WRITE_ONCE, XADD, SPIN_LOCK, READ_LOCK, WRITE_LOCK, MEMSET } = kinds;
/** Words with names that no entry of the benign list has. */
const WORD = kernel.total_forks;
const OTHER = kernel.last_ino;
const LOCK = kernel.zone_lock;
const RWLOCK = kernel.tasklist_lock;

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld(new DataRace());
  world.at(0, 'writer', 'caller');
  world.at(1, 'reader');
});

test('a plain write and a plain read that nothing orders', () => {
  world.access(0, STORE, WORD);
  world.access(1, LOAD, WORD);
  expect(world.titles()).toEqual(['data-race: plain read of total_forks against plain write in reader / writer']);
});

test('the title is the same whichever comes first', () => {
  world.access(1, LOAD, WORD);
  world.access(0, STORE, WORD);
  expect(world.titles()).toEqual(['data-race: plain read of total_forks against plain write in reader / writer']);
});

test('clean twin: under one lock', () => {
  world.lock(0, SPIN_LOCK, LOCK);
  world.access(0, STORE, WORD);
  world.unlock(0, SPIN_LOCK, LOCK);
  world.lock(1, SPIN_LOCK, LOCK);
  world.access(1, LOAD, WORD);
  expect(world.titles()).toEqual([]);
});

test('under two locks', () => {
  world.lock(0, SPIN_LOCK, LOCK);
  world.access(0, STORE, WORD);
  world.unlock(0, SPIN_LOCK, LOCK);
  world.lock(1, SPIN_LOCK, kernel.dcache_lock);
  world.access(1, STORE, WORD);
  expect(world.titles()).toEqual(['data-race: plain write of total_forks against plain write in reader / writer']);
});

test('the report has both sides: who, what it held, where', () => {
  world.poke(LOCK + LOCK_CLASS, LOCK_ZONE);
  world.lock(0, SPIN_LOCK, LOCK);
  world.access(0, STORE, WORD);
  world.poke(WORD, 7);
  world.access(1, LOAD, WORD);
  const [found] = world.findings;
  expect(found?.details).toEqual([
    expect.stringMatching(/^nothing orders these accesses to 0x.* \(total_forks\)$/),
    'plain write by no task on CPU 0 at step 2, the word held 0x0',
    expect.stringMatching(/^ {2}holds zone_lock at /),
    expect.stringContaining('writer (src/kernel/x.ts:'),
    expect.stringContaining('caller (src/kernel/x.ts:'),
    'and then',
    'plain read by no task on CPU 1 at step 3, the word held 0x7',
    expect.stringContaining('reader (src/kernel/x.ts:'),
  ]);
});

describe('marked and locked accesses', () => {
  const pairs: readonly (readonly [string, number, number, boolean])[] = [
    ['marked write, marked read', WRITE_ONCE, READ_ONCE, false],
    ['two marked writes', WRITE_ONCE, WRITE_ONCE, false],
    ['locked, marked read', XADD, READ_ONCE, false],
    ['two locked', XADD, XADD, false],
    ['two plain reads', LOAD, LOAD, false],
    ['plain read, marked read', LOAD, READ_ONCE, false],
    ['plain write, marked read', STORE, READ_ONCE, true],
    ['plain read, marked write', LOAD, WRITE_ONCE, true],
    ['plain read, locked', LOAD, XADD, true],
    ['plain write, locked', STORE, XADD, true],
  ];
  test.each(pairs)('%s', (_, first, second, races) => {
    world.access(0, first, WORD);
    world.access(1, second, WORD);
    expect(world.titles()).toHaveLength(races ? 1 : 0);
    world.begin();
    world.access(1, second, WORD);
    world.access(0, first, WORD);
    expect(world.titles()).toHaveLength(races ? 1 : 0);
  });

  test('a marked flag publishes what was written before it', () => {
    world.access(0, STORE, WORD);
    world.access(0, WRITE_ONCE, OTHER);
    world.access(1, READ_ONCE, OTHER);
    world.access(1, LOAD, WORD);
    expect(world.titles()).toEqual([]);
  });

  test('a plain flag does not', () => {
    world.access(0, STORE, WORD);
    world.access(0, STORE, OTHER);
    world.access(1, LOAD, OTHER);
    world.access(1, LOAD, WORD);
    expect(world.titles()).toHaveLength(2);
  });

  test('a locked operation orders both ways; what comes after it is not published', () => {
    world.access(0, STORE, WORD);
    world.access(0, XADD, OTHER);
    world.access(0, STORE, kernel.nr_threads);
    world.access(1, XADD, OTHER);
    world.access(1, LOAD, WORD);
    expect(world.titles()).toEqual([]);
    world.access(1, LOAD, kernel.nr_threads);
    expect(world.titles()).toHaveLength(1);
  });

  test('what Linux has volatile counts as marked', () => {
    world.at(0, 'atomic_set', 'caller');
    world.access(0, STORE, WORD);
    world.at(1, 'atomic_read', 'reader');
    world.access(1, LOAD, WORD);
    expect(world.titles()).toEqual([]);
  });
});

/** Takes the rwlock for reading; its word says that a reader has it. */
function read(cpu: number): void {
  world.poke(RWLOCK, 0x00ffffff);
  world.lock(cpu, READ_LOCK, RWLOCK);
}

describe('readers', () => {
  test('a reader is not ordered by another reader', () => {
    read(0);
    world.access(0, STORE, WORD);
    world.unlock(0, READ_LOCK, RWLOCK);
    read(1);
    world.access(1, LOAD, WORD);
    expect(world.titles()).toHaveLength(1);
  });

  test('clean twin: a writer is', () => {
    read(0);
    world.access(0, LOAD, WORD);
    world.unlock(0, READ_LOCK, RWLOCK);
    world.lock(1, WRITE_LOCK, RWLOCK);
    world.access(1, STORE, WORD);
    world.poke(RWLOCK, 0);
    world.unlock(1, WRITE_LOCK, RWLOCK);
    read(0);
    world.access(0, LOAD, WORD);
    expect(world.titles()).toEqual([]);
  });

  test('a write is held against every reader before it, not the last one alone', () => {
    world.access(0, LOAD, WORD);
    world.access(1, LOAD, WORD);
    world.access(1, STORE, WORD);
    expect(world.titles()).toHaveLength(1);
  });
});

describe('objects', () => {
  const OBJECT = 0x40000;

  test('one that is handed out begins anew', () => {
    world.access(0, STORE, OBJECT);
    world.observer.onAlloc?.(1, OBJECT, FS_CACHE, 0);
    world.access(1, LOAD, OBJECT);
    expect(world.titles()).toEqual([]);
  });

  test('giving one back writes to it, whatever used it before', () => {
    world.access(1, LOAD, OBJECT + 8);
    world.at(0, 'kernel/slab.ts:kmem_cache_free', 'put_fs_struct');
    world.access(0, MEMSET, OBJECT, 40);
    expect(world.titles()).toEqual([expect.stringMatching(/plain write .* in put_fs_struct \/ reader$/)]);
  });

  test('a block is one race', () => {
    for (let at = 0; at < 40; at += 4) world.access(1, LOAD, OBJECT + at);
    world.access(0, MEMSET, OBJECT, 40);
    expect(world.titles()).toHaveLength(1);
  });
});

test('what another execution did is over', () => {
  world.access(0, STORE, WORD);
  world.access(0, LOAD, OTHER);
  world.begin();
  world.access(1, LOAD, WORD);
  world.access(1, STORE, OTHER);
  expect(world.titles()).toEqual([]);
});

test('a race on the benign list is passed over, elsewhere it is not', () => {
  world.at(1, 'check_limits', 'copy_process');
  world.access(0, STORE, kernel.nr_threads);
  world.access(1, LOAD, kernel.nr_threads);
  expect(world.titles()).toEqual([]);
  world.begin();
  world.at(1, 'somebody_else');
  world.access(0, STORE, kernel.nr_threads);
  world.access(1, LOAD, kernel.nr_threads);
  expect(world.titles()).toHaveLength(1);
});

/**
 * Against the definition: events ordered by program order and by releases that acquires see, as a relation computed by
 * brute force. The checker has to say race at exactly the first access that conflicts with an unordered earlier one.
 */
test('agrees with happens-before by brute force', () => {
  const CPUS = 3;
  const WORDS = [WORD, OTHER, kernel.nr_threads];
  type Event = { cpu: number; kind: number; word: number };
  const event = fc.record({
    cpu: fc.nat({ max: CPUS - 1 }),
    kind: fc.constantFrom(LOAD, STORE, READ_ONCE, WRITE_ONCE, XADD),
    word: fc.nat({ max: WORDS.length - 1 }),
  });
  const isWrite = (kind: number): boolean => kind === STORE || kind === WRITE_ONCE || kind === XADD;
  const isPlain = (kind: number): boolean => kind === LOAD || kind === STORE;

  function firstRace(events: readonly Event[]): number {
    const knows: Set<number>[] = Array.from({ length: CPUS }, () => new Set());
    const published: Set<number>[] = WORDS.map(() => new Set());
    for (const [i, { cpu, kind, word }] of events.entries()) {
      const own = knows[cpu] as Set<number>;
      if (kind === READ_ONCE || kind === XADD) for (const one of published[word] as Set<number>) own.add(one);
      const races = events.slice(0, i).some((other, j) => {
        if (other.word !== word || own.has(j)) return false;
        return (isWrite(kind) || isWrite(other.kind)) && (isPlain(kind) || isPlain(other.kind));
      });
      if (races) return i;
      own.add(i);
      if (kind === WRITE_ONCE || kind === XADD) published[word] = new Set(own);
    }
    return -1;
  }

  const detector = new DataRace();
  const machine = new FakeWorld(detector, CPUS);
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      machine.begin();
      const found = events.findIndex(({ cpu, kind, word }) => {
        machine.access(cpu, kind, WORDS[word] as number);
        return machine.titles().length > 0;
      });
      expect(found).toBe(firstRace(events));
    }),
    { numRuns: 2000, seed: 1 },
  );
});
