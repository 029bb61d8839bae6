/** Programs whose answers are certain, over and over on real threads. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { amount } from '../support/amount.ts';
import { stressProgram, verdictOf } from './stress-run.ts';

const ROUNDS = amount(1, 4);

test.each(['tid-pointers', 'dup2-meets-open', 'thread-execs'])('%s', { timeout: 300_000 }, async (name) => {
  const text = readFileSync(new URL(`../fixtures/programs/${name}.prog`, import.meta.url), 'utf8');
  for (const profile of profileNames) {
    for (let round = 0; round < ROUNDS; round++) {
      const result = await stressProgram(text.replace(/^profile .*$/m, `profile ${profile}`), 2);
      expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    }
  }
});
