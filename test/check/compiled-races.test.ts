/**
 * Random accesses of four CPUs to few words, of every kind that comes to a word or to blocks: what the compiled part of the race
 * detector takes and what it refuses, and all that both keep, against the detector alone.
 */
import { expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import * as places from '../../dist/src/check/compiled/places.js';
import { OwnStorage } from '../../dist/src/check/evidence/storage.js';
import { DataRace } from '../../dist/src/check/observers/data-race.js';
import { CompiledChecks } from '../../dist/src/explore/subject/compiled-checks.js';
import * as kinds from '../../dist/src/machine/access.js';
import { OTHER, TOUCHES } from '../../dist/src/machine/access-kinds.js';
import { allocate } from '../../dist/src/machine/engine.js';
import { MIN_RAM_BYTES } from '../../dist/src/machine/limits.js';
import { cpuAddress } from '../../dist/src/machine/map.js';
import { FRAMES_AT } from '../../dist/src/stepped/cut-places.js';
import {
  ADDRESS,
  AREA,
  FUNCTION,
  KIND,
  OPERAND,
  OPERAND2,
  POINTS,
  RESUME,
  TOP,
} from '../../dist/src/stepped/frames.js';
import type { SteppedMachine } from '../../dist/src/stepped/machine.js';
import { amount } from '../support/amount.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { differsAt } from '../support/words.ts';

const CPUS = 4;
/** Words of a CPU's region: header, one frame. */
const REGION = 16;
const FRAME = 8;
const FIRST = 0x8000;
const KINDS = [
  kinds.LOAD,
  kinds.LOAD,
  kinds.STORE,
  kinds.STORE,
  kinds.READ_ONCE,
  kinds.WRITE_ONCE,
  kinds.XCHG,
  kinds.CMPXCHG,
  kinds.XADD,
  kinds.SPIN_LOCK,
  kinds.SPIN_UNLOCK,
  kinds.READ_LOCK,
  kinds.WRITE_LOCK,
  kinds.GIVE_BACK,
  kinds.MEMSET,
  kinds.MEMCPY,
  kinds.MEMEQ,
  kinds.MEMCHR_INV,
];
/** Plain accesses of the second count as marked; the third hands out objects. */
const FUNCTIONS = ['user', 'atomic_read', 'cache_grow'];

/** A world whose call chains are those of frames, and which notes in memory that it is given. */
class FrameWorld extends FakeWorld {
  storage: OwnStorage | CompiledChecks = new OwnStorage();
  frames = new Int32Array(0);

  override place(cpu: number): number {
    const frame = cpu * REGION + FRAME;
    return (this.frames[frame + FUNCTION] as number) * POINTS + (this.frames[frame + RESUME] as number);
  }

  override frame(place: number) {
    return { function: FUNCTIONS[Math.floor(place / POINTS)] ?? '?', file: 'src/kernel/x.ts', line: place % POINTS };
  }

  override chain(cpu: number, into: Int32Array, at: number): number {
    into[at] = this.place(cpu);
    return 1;
  }
}

function sideOf(storage: 'own' | 'compiled') {
  const memory = allocate(FRAMES_AT + 4 * REGION * CPUS, 'wasm', 1 << 26);
  const frames = new Int32Array(memory, FRAMES_AT, REGION * CPUS);
  const ram = new Int32Array(memory, 0, MIN_RAM_BYTES >> 2);
  for (let cpu = 0; cpu < CPUS; cpu++) {
    frames[cpu * REGION + TOP] = cpu * REGION + FRAME;
    frames[cpu * REGION + AREA] = cpuAddress(cpu);
  }
  const machine = { ram, cpus: CPUS, region: (cpu: number) => cpu * REGION, resume: () => 0, ready: 0, lookedAt: 0 };
  const stepped = { ...machine, sorted: () => {} } as unknown as SteppedMachine;
  const race = new DataRace();
  const world = new FrameWorld(race, CPUS, memory);
  world.frames = frames;
  const checks = CompiledChecks.of(stepped, FUNCTIONS.length, (place) => world.frame(place)) as CompiledChecks;
  if (storage === 'compiled') world.storage = checks;
  world.begin();
  checks.ask([race.compiled]);
  return { world, race, checks, frames, ram };
}

type Side = ReturnType<typeof sideOf>;

/** All that a detector keeps in its storage. */
function kept({ world }: Side): readonly (readonly [number, Int32Array])[] {
  const { storage } = world;
  const word = (place: number): number => storage.words(place, 1)[0] as number;
  const blocks = [places.EPOCHS, places.ROWS, places.CLOCK_INDEXES, places.RELEASED];
  return [
    ...blocks.map((place) => [place, storage.block(place, 1)] as const),
    [places.CLOCKS, storage.words(places.CLOCKS, CPUS * CPUS)],
    [places.CPU_EPOCHS, storage.words(places.CPU_EPOCHS, CPUS).subarray(0, CPUS)],
    [places.LOG, storage.block(places.LOG, 1).subarray(0, word(places.LOG_USED))],
    [places.SETS, storage.block(places.SETS, 1).subarray(0, word(places.SETS_USED))],
  ];
}

/** Tells a detector of the pending access of a CPU, as watch.ts does. */
function tell({ race, frames }: Side, cpu: number): void {
  const [kind = 0, address = 0, other = 0, bytes = 0] = [KIND, ADDRESS, OPERAND, OPERAND2].map(
    (word) => frames[cpu * REGION + word] as number,
  );
  const touches = TOUCHES[kind];
  if (touches === kinds.BLOCKS) race.onAccess(cpu, OTHER[kind] as number, other, bytes);
  race.onAccess(cpu, kind, address, touches === kinds.WORD ? 4 : bytes);
}

test('what is noted inside is what the detector notes', () => {
  const random = new Random(8);
  let [inside, refused, races] = [0, 0, 0];
  for (let round = 0; round < amount(24, 500); round++) {
    const [own, compiled] = [sideOf('own'), sideOf('compiled')];
    const words = 2 + random.below(30);
    let cpu = 0;
    for (let execution = 0; execution < 8; execution++) {
      for (const { world } of [own, compiled]) world.begin();
      for (let step = 1; step <= 60; step++) {
        // Mostly the same one goes on, so that most accesses conflict with nothing.
        if (random.below(4) === 0) cpu = random.below(CPUS);
        const [kind, f] = [random.pick(KINDS), random.below(12) < 9 ? 0 : random.below(3)];
        const [address, other, bytes] = [
          FIRST + 4 * random.below(words),
          FIRST + 4 * random.below(words),
          4 + 4 * random.below(3),
        ];
        const value = random.below(3) - 1;
        for (const { frames, ram, world } of [own, compiled]) {
          frames.set([kind, address, other, bytes], cpu * REGION + KIND);
          frames.set([f, random.below(1)], cpu * REGION + FRAME + FUNCTION);
          ram[address >> 2] = value;
          world.step = step;
        }
        // An object is handed out.
        if (random.below(20) === 0) for (const { race } of [own, compiled]) race.onAlloc(cpu, FIRST, 0);
        tell(own, cpu);
        compiled.checks.words(places.STEP, 1)[0] = step - 1;
        if (compiled.checks.run(cpu, 1, undefined) === 1) inside++;
        else {
          refused++;
          tell(compiled, cpu);
        }
        const [reference, seen] = [own.world.findings.splice(0), compiled.world.findings.splice(0)];
        races += reference.length;
        expect(seen).toEqual(reference);
      }
      const reference = kept(own);
      kept(compiled).forEach(([place, all], i) => {
        expect([place, differsAt(all, reference[i]?.[1] as Int32Array)]).toEqual([place, -1]);
      });
    }
  }
  // Else it would say little.
  expect(inside).toBeGreaterThan(refused);
  expect(races).toBeGreaterThan(300);
});
