import { expect, test } from 'vitest';
import { MAX_CPUS, MOST_VALUES } from '../../dist/src/machine/limits.js';
import { CHOICE, choiceOf, cpuOf, kindOf, STEP, valueOf } from '../../dist/src/stepped/move.js';

test('a step is the number of its CPU', () => {
  for (let cpu = 0; cpu < MAX_CPUS; cpu++) expect([cpuOf(cpu), kindOf(cpu), valueOf(cpu)]).toEqual([cpu, STEP, 0]);
});

test('every choice fits into 16 bits, and says who is given what', () => {
  for (let cpu = 0; cpu < MAX_CPUS; cpu++) {
    for (let value = 0; value < MOST_VALUES; value++) {
      const [move = -1] = Uint16Array.of(choiceOf(cpu, value));
      expect([cpuOf(move), kindOf(move), valueOf(move)]).toEqual([cpu, CHOICE, value]);
    }
  }
});
