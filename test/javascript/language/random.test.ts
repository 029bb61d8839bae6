import { expect, it } from 'vitest';
import { amount } from '../../support/amount.ts';
import { runNative } from '../../support/javascript-native.js';
import { randomProgram } from '../../support/javascript-random.js';
import { SimpleWorld } from '../../support/javascript-world.js';

const PROGRAMS = amount(150, 3_000);

it('a twin of a random program does what the program does', async () => {
  let compared = 0;
  let lines = 0;
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const text = randomProgram(seed);
    let native: Awaited<ReturnType<typeof runNative>>;
    try {
      native = await runNative(text);
    } catch (error) {
      // The grammar of expressions has corners that the writer does not know: such a text is no program.
      expect(error).toBeInstanceOf(SyntaxError);
      continue;
    }
    const twin = new SimpleWorld().run(text);
    expect({ seed, lines: twin.lines, error: twin.error }).toEqual({ seed, ...native });
    compared++;
    lines += native.lines.length;
  }
  expect(compared).toBeGreaterThan(PROGRAMS * 0.9);
  expect(lines).toBeGreaterThan(PROGRAMS * 20);
}, 300_000);
