/** The kernel stepped by WebAssembly is the kernel stepped by JavaScript, to the word, after every move. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { imageOf } from '../../dist/src/explore/subject/targets.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { FIRST_ADDRESS, MIN_RAM_BYTES } from '../../dist/src/machine/limits.js';
import { scenarios } from '../../dist/src/scenario/builtin/index.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { FRAMES_AT } from '../../dist/src/stepped/cut-places.js';
import { ADDRESS, KIND, OPERAND } from '../../dist/src/stepped/frames.js';
import { cpuOf } from '../../dist/src/stepped/move.js';
import { amount, isLong } from '../support/amount.ts';
import { programText, targetOf } from '../support/programs.ts';
import { type Meddle, TwoEngines } from '../support/two-engines.ts';

const FIXTURES = new URL('../fixtures/programs/', import.meta.url);
const programs = readdirSync(FIXTURES).map((file) => file.replace(/\.prog$/, ''));

function engines(name: string, text: string, surprises = {}): TwoEngines {
  return new TwoEngines(name, imageOf(targetOf(name, text)), surprises);
}

test.each(profileNames)('%s: built-in scenarios', (profile) => {
  let [steps, calls] = [0, 0];
  for (const { name, text } of scenarios) {
    const both = engines(`${name} ${profile}`, text({ profile, cpus: 3, seed: 7, iterations: 1 }));
    const walked = both.walk(new Random(profileNames.indexOf(profile)), amount(20_000, 1_000_000));
    steps += walked.steps;
    calls += walked.calls;
  }
  expect(steps).toBeGreaterThan(100_000);
  expect(calls).toBeGreaterThan(1000);
});

/** Every small scenario, in the profiles by turns, and every program of the tests, once. */
function everyProgram(visit: (name: string, text: string) => void, turn = 0): void {
  for (const [i, one] of smallScenarios.entries()) {
    for (const [j, profile] of profileNames.entries()) {
      if (isLong || (i + turn) % profileNames.length === j)
        visit(`${one.name} ${profile}`, smallProgram(one, profile as ProfileName));
    }
  }
  for (const name of programs) visit(name, programText(name));
}

test('small scenarios of all profiles, and programs of the tests', () => {
  let ends = 0;
  everyProgram((name, text) => {
    const both = engines(name, text);
    // The second execution begins with what the first is put back from.
    for (const most of [amount(9000, 50_000), amount(600, 50_000)]) {
      const { steps, fault } = both.walk(new Random(most), most);
      if (steps < most && fault === undefined) ends++;
    }
  });
  // The others are longer than that.
  expect(ends).toBeGreaterThan(amount(20, 50));
});

test.each([
  [1, 'failures on purpose', { faults: { setting: 'each', sites: [] } }],
  [2, 'interrupts', { ticks: 'each' }],
] as const)('%i: %s', (turn, what, surprises) => {
  let steps = 0;
  everyProgram((name, text) => {
    steps += engines(`${name}, ${what}`, text, surprises).walk(new Random(3), amount(1000, 50_000)).steps;
  }, turn);
  expect(steps).toBeGreaterThan(50_000);
});

/** Values that are no good pointer, count or lock. */
const BAD = [0, 4, -1, -4, 0x6b6b6b6b, 0x1001, 0x80000000 | 0, 0x7ffffffc, 0xffc, 0x1000, MIN_RAM_BYTES - 4, 2];
/** Where compiled code has its own words and the frames: no RAM, in the same memory. */
const BEHIND = [MIN_RAM_BYTES, MIN_RAM_BYTES + 1, FRAMES_AT, FRAMES_AT + 4, FRAMES_AT + 0x1000];

/** The address or the operand of what is about to be done is another one. */
const badAccess: Meddle = ({ machine }, random, move) => {
  const region = machine.region(cpuOf(move));
  const at = random.below(3) === 0 ? OPERAND : ADDRESS;
  machine.frames[region + at] = random.pick([...BAD, ...BEHIND]);
};

/** A word of RAM in use is another one. */
const badWord: Meddle = ({ machine }, random) => {
  for (let tries = 0; tries < 1000; tries++) {
    const word = (FIRST_ADDRESS >> 2) + random.below(machine.used.end - (FIRST_ADDRESS >> 2));
    if (machine.ram[word] === 0) continue;
    machine.ram[word] = random.pick([...BAD, ...BEHIND]);
    return;
  }
};

test.each([
  ['bad addresses', badAccess, amount(120, 20_000)],
  ['bad words in RAM', badWord, amount(70, 20_000)],
])('%s: the same fault, message, stack and line', (what, how, walks) => {
  const faults = new Set<string>();
  const kinds = new Set<number>();
  for (let i = 0; i < walks; i++) {
    const random = new Random(i);
    const one = random.pick(smallScenarios);
    const both = engines(`${one.name} ${what} ${i}`, smallProgram(one, random.pick(profileNames)));
    const at = 50 + random.below(2500);
    const often = random.below(2) === 0;
    const meddle: Meddle = (subject, drawn, move) => {
      kinds.add(subject.machine.frames[subject.machine.region(cpuOf(move)) + KIND] as number);
      how(subject, drawn, move);
    };
    const { fault } = both.walk(random, 4000, (step) =>
      step === at || (often && step > at && step % 200 === 0) ? meddle : undefined,
    );
    if (fault !== undefined) faults.add(fault);
  }
  expect(faults.size).toBeGreaterThan(amount(12, 25));
  expect(kinds.size).toBeGreaterThan(amount(4, 5));
});
