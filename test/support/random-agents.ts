/** Small random programs of agents, as text: words through Atomics and without, waits, wake-ups, timers, loops that wait. */
import { Random } from '../../dist/src/base/random.js';

const WORDS = 2;

/** An expression that reads one of the words. */
function read(random: Random): string {
  const word = random.below(WORDS);
  return random.below(3) === 0 ? `m[${word}]` : `Atomics.load(m, ${word})`;
}

function statement(random: Random, depth: number): string {
  const word = random.below(WORDS);
  const value = random.below(3);
  switch (random.below(depth > 0 ? 14 : 9)) {
    case 0:
      return `m[${word}] = ${value};`;
    case 1:
      return `Atomics.store(m, ${word}, ${value});`;
    case 2:
      return `Atomics.add(m, ${word}, ${value});`;
    case 3:
      return `x = ${read(random)};`;
    case 4:
      return `x = Atomics.compareExchange(m, ${word}, ${value}, ${random.below(3)});`;
    case 5:
      return `m[${word}] += ${read(random)};`;
    case 6:
      return `Atomics.wait(m, ${word}, ${value});`;
    case 7:
      return `Atomics.notify(m, ${word}, ${random.below(2) + 1});`;
    case 8:
      return `while (Atomics.load(m, ${word}) === ${value});`;
    case 9:
      return `if (${read(random)} === ${value}) { ${statement(random, depth - 1)} } else { ${statement(random, depth - 1)} }`;
    case 10:
      return `setTimeout(() => { ${statement(random, depth - 1)} }, ${10 * (1 + random.below(2))});`;
    case 11:
      return `Atomics.wait(m, ${word}, ${value}, ${10 * (1 + random.below(2))});`;
    case 12:
      return `Atomics.waitAsync(m, ${word}, ${value}).value?.then?.(() => { ${statement(random, depth - 1)} });`;
    default:
      return `for (let i = 0; i < 2; i++) { ${statement(random, depth - 1)} }`;
  }
}

/** The text of program number `seed`. What each agent saw is part of where it ends. */
export function randomAgents(seed: number): string {
  const random = new Random(seed);
  const agents = Array.from({ length: 2 + random.below(2) }, (_, i) => {
    const body = Array.from({ length: 1 + random.below(3) }, () => statement(random, 1)).join('\n    ');
    return `  function agent${i}(m) {\n    let x = 0;\n    ${body}\n    Atomics.add(m, ${WORDS + i}, x);\n  },`;
  });
  return [
    `export const setup = () => new Int32Array(new SharedArrayBuffer(${4 * (WORDS + 3)}));`,
    `export const agents = [\n${agents.join('\n')}\n];`,
    `export const finished = (m) => m[0] !== 2 || m[1] !== 1;\n`,
  ].join('\n');
}
