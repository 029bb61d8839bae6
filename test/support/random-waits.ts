/**
 * Small random modules whose CPUs poll: under a lock, a rwlock, a lock they only try to take, with a flag they raise for
 * as long as they look. Beside them others that set what is waited for, look whether a lock is held, see a raised flag.
 */
import { Random } from '../../dist/src/base/random.js';

type Text = (random: Random, name: string) => string;

const word = (random: Random): string => random.pick(['X', 'Y']);
const bit = (random: Random): number => random.below(2);

/** Loops that go round until a word says so. */
const POLLS: readonly Text[] = [
  (random, name) =>
    `for (;;) {
    arch_spin_lock(L);
    const ${name} = load(${word(random)});
    arch_spin_unlock(L);
    if (${name}) break;
  }`,
  (random, name) =>
    `arch_spin_lock(L);
  while (load(${word(random)}) === 0) {
    arch_spin_unlock(L);
    cpu_relax();
    arch_spin_lock(L);
  }
  store(Z, ${1 + bit(random)}); // ${name}
  arch_spin_unlock(L);`,
  (random, name) =>
    `for (;;) {
    arch_read_lock(RW);
    const ${name} = load(${word(random)});
    arch_read_unlock(RW);
    if (${name}) break;
  }`,
  (random, name) =>
    `for (;;) {
    arch_write_lock(RW);
    const ${name} = load(${word(random)});
    arch_write_unlock(RW);
    if (${name}) break;
  }`,
  (random, name) =>
    `for (;;) {
    store(F, 1);
    const ${name} = load(${word(random)});
    store(F, 0);
    if (${name}) break;
  }`,
  (random, name) =>
    `for (;;) {
    const ${name} = xadd(F, 1);
    if (load(${word(random)}) || ${name} > 1) break;
    xadd(F, -1);
  }`,
  (random, name) =>
    `for (;;) {
    arch_spin_lock(L);
    let ${name} = 0;
    for (let i = 0; i < 2; i++) ${name} += load(X + 4 * i);
    arch_spin_unlock(L);
    if (${name} > ${bit(random)}) break;
  }`,
  (random) => `while (load(${word(random)}) === 0) cpu_relax();`,
];

/** The same with a lock that is only tried: two of them can see each other's turns for ever. */
const TRY: Text = (random, name) =>
  `for (;;) {
    if (arch_spin_trylock(L)) {
      const ${name} = load(${word(random)});
      arch_spin_unlock(L);
      if (${name}) break;
    }
  }`;

const OTHERS: readonly Text[] = [
  (random) => `store(${word(random)}, 1);`,
  (random) => `arch_spin_lock(L);\n  store(${word(random)}, 1);\n  arch_spin_unlock(L);`,
  (random) => `arch_write_lock(RW);\n  store(${word(random)}, 1);\n  arch_write_unlock(RW);`,
  (random) => `arch_read_lock(RW);\n  store(Z, load(${word(random)}));\n  arch_read_unlock(RW);`,
  (random) =>
    `if (arch_spin_trylock(L)) {\n    store(${word(random)}, 1);\n    arch_spin_unlock(L);\n  } else store(Z, 2);`,
  () => 'store(Z, load(F));',
  () => 'store(Z, load(Z) + load(L));',
  (_, name) => `assert(load(F) === 0, 'flag ${name}');`,
  (_, name) => `assert(load(L) > 0, 'held ${name}');`,
  (_, name) => `assert(load(RW) > 0, 'written ${name}');`,
  (random, name) => `const ${name} = xadd(F, ${bit(random)});\n  store(Z, ${name});`,
  (random) => `wait_for_change(F, ${bit(random)});`,
  () => 'arch_spin_lock(L);',
];

/** The text of a module with two or three CPUs; with `tries`, they poll by trylock as well. */
export function randomWaits(seed: number, tries = false): string {
  const random = new Random(seed);
  const cpus = 2 + (random.below(3) === 0 ? 1 : 0);
  const names = Array.from({ length: cpus }, (_, cpu) => `f${cpu}`);
  const polls = tries ? [...POLLS, TRY, TRY] : POLLS;
  const functions = names.map((name, cpu) => {
    const others = Array.from({ length: random.below(cpus === 2 ? 3 : 2) }, () => random.pick(OTHERS));
    const list =
      cpu === 0 || random.below(2) === 0 ? [...others, random.pick(polls)] : [random.pick(OTHERS), ...others];
    if (random.below(2) === 0) list.reverse();
    return `function ${name}(): void {\n${list.map((one, i) => `  ${one(random, `v${i}`)}\n`).join('')}}\n`;
  });
  const invariant = 'export function invariant(): boolean {\n  return load(F) === 0 || load(X) === 0;\n}\n';
  return `import {
  arch_read_lock, arch_read_unlock, arch_spin_lock, arch_spin_trylock, arch_spin_unlock, arch_write_lock,
  arch_write_unlock, assert, cpu_relax, load, RW_LOCK_BIAS, store, wait_for_change, xadd,
} from 'tasklock/bus';
const X = 0x1000;
const Y = 0x1004;
const Z = 0x1008;
const F = 0x100c;
const L = 0x1010;
const RW = 0x1020;
export function setup(): void {
  store(L, 1);
  store(RW, RW_LOCK_BIAS);
}
${functions.join('')}${random.below(5) === 0 ? invariant : ''}export const cpus = [${names.join(', ')}];
`;
}
