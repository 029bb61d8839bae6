/** The compiler against the language: every shape of code gives the same value and the same RAM in both forms. */
import { describe, expect, it } from 'vitest';
import { attach } from '../../dist/src/machine/bus.js';
import { createRam, hashRam } from '../../dist/src/machine/ram.js';
import { SteppedMachine } from '../../dist/src/stepped/machine.js';
import { silent } from '../../dist/src/stepped/tracer.js';
import { arithmetic, cases, fibonacci, logic, loops, truth } from '../fixtures/stepper/shapes.js';
import { compileEntries } from '../support/stepped-kernel.ts';

const shapes = { logic, truth, loops, cases, fibonacci, arithmetic };
const names = Object.keys(shapes) as (keyof typeof shapes)[];
const { module } = await compileEntries(...names.map((name) => `test/fixtures/stepper/shapes.js:${name}`));
/** Where the shapes leave their marks. */
const RAM_USED = { from: 0x2000, to: 0x2400 };
const tracer = { ...silent, warn: () => expect.fail('no warning expected') };

describe.each(names)('%s', (name) => {
  it('does the same in steps as at once', () => {
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 9; b++) {
        const direct = createRam({ cpus: 1, bytes: 1 << 20 });
        attach(direct, 0);
        const value = shapes[name](a, b);
        const stepped = createRam({ cpus: 1, bytes: 1 << 20 });
        const machine = new SteppedMachine(module, { memory: stepped, cpus: 1, tracer });
        machine.start(0, name, a, b);
        while (!machine.isIdle(0)) machine.step(0);
        expect([a, b, machine.result(0), hashRam(stepped, RAM_USED.from, RAM_USED.to)]).toEqual([
          a,
          b,
          value | 0,
          hashRam(direct, RAM_USED.from, RAM_USED.to),
        ]);
      }
    }
  });
});
