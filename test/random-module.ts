/** Small random modules to hold the searches against each other. Every construct that the reduction has to be right about. */
import { Random } from '../dist/src/scenario/random.js';

const WORDS = ['X', 'Y', 'Z'];

const locked = (lock: string, inside: string): string =>
  `arch_spin_lock(${lock});\n  ${inside}\n  arch_spin_unlock(${lock});`;

/** One statement; those with a value name it. */
function statement(random: Random, name: string): { readonly text: string; readonly value?: string } {
  const word = (): string => random.pick(WORDS);
  const bit = (): number => random.below(2);
  switch (random.below(15)) {
    case 0:
      return { text: `const ${name} = load(${word()});`, value: name };
    case 1:
      return { text: `store(${word()}, ${1 + bit()});` };
    case 2:
      return { text: `const ${name} = xadd(${word()}, 1);`, value: name };
    case 3:
      return { text: `const ${name} = xchg(${word()}, ${random.below(3)});`, value: name };
    case 4:
      return { text: `const ${name} = cmpxchg(${word()}, ${bit()}, ${1 + bit()});`, value: name };
    case 5:
      return { text: locked('L', `store(${word()}, load(${word()}) + 1);`) };
    case 6:
      return { text: `if (load(${word()}) === ${bit()}) store(${word()}, ${1 + random.below(3)});` };
    case 7:
      return { text: `const ${name} = READ_ONCE(${word()});`, value: name };
    case 8:
      return { text: `WRITE_ONCE(${word()}, ${random.below(3)});` };
    case 9:
      return { text: `while (READ_ONCE(${word()}) === ${bit()}) cpu_relax();` };
    case 10:
      return { text: `wait_for_change(${word()}, ${bit()});` };
    case 11:
      return { text: locked('M', `store(${word()}, load(${word()}) + 1);`) };
    case 12:
      return { text: locked('L', locked('M', `store(${word()}, 1);`)) };
    case 13:
      return { text: 'if (arch_spin_trylock(L)) {\n    store(X, 2);\n    arch_spin_unlock(L);\n  }' };
    default:
      return { text: `assert(load(${word()}) !== ${2 + bit()}, 'not ${name}');` };
  }
}

/** The text of a module with two or three CPUs of a few statements each; every fourth has an invariant. */
export function randomModule(seed: number): string {
  const random = new Random(seed);
  const cpus = 2 + random.below(2);
  const names = Array.from({ length: cpus }, (_, cpu) => `f${cpu}`);
  const functions = names.map((name) => {
    const count = cpus === 2 ? 2 + random.below(3) : 1 + random.below(2);
    const statements = Array.from({ length: count }, (_, i) => statement(random, `v${i}`));
    const value = random.below(2) === 0 ? undefined : statements.findLast((one) => one.value !== undefined)?.value;
    const lines = statements.map((one) => `  ${one.text}\n`).join('');
    return `function ${name}(): number {\n${lines}  return ${value ?? 0};\n}\n`;
  });
  const invariant = 'export function invariant(): boolean {\n  return load(X) !== 2 || load(Y) !== 1;\n}\n';
  return `import {
  arch_spin_lock, arch_spin_trylock, arch_spin_unlock, assert, cmpxchg, cpu_relax, load, READ_ONCE, store,
  wait_for_change, WRITE_ONCE, xadd, xchg,
} from 'tasklock/bus';
const X = 0x1000;
const Y = 0x1004;
const Z = 0x1008;
const L = 0x100c;
const M = 0x1010;
export function setup(): void {
  store(L, 1);
  store(M, 1);
}
${functions.join('')}${random.below(4) === 0 ? invariant : ''}export const cpus = [${names.join(', ')}];
`;
}
