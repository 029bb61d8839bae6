/** Small random modules to hold searches against each other: every construct that a reduction has to be right about. */
import { Random } from '../../src/base/random.js';

const WORDS = ['X', 'Y', 'Z'];
const HEAD = `import {
  arch_read_lock, arch_read_unlock, arch_spin_lock, arch_spin_trylock, arch_spin_unlock, arch_write_lock,
  arch_write_unlock, assert, choose, cmpxchg, cpu_relax, fetch_and, fetch_or, load, memcpy, memset, READ_ONCE, RW_LOCK_BIAS,
  store, wait_for_change, WRITE_ONCE, xadd, xchg,
} from 'tasklock/bus';
const X = 0x1000;
const Y = 0x1004;
const Z = 0x1008;
const L = 0x100c;
const M = 0x1010;
const R = 0x1014;
const OUT = 0x1100;
export function setup(): void {
  store(L, 1);
  store(M, 1);
  store(R, RW_LOCK_BIAS);
}
`;
/** Some of them look at locks, whose taking waits. */
const INVARIANTS = [
  'load(X) !== 2 || load(Y) !== 1',
  'load(L) === 1 || load(X) !== 2',
  'load(L) + load(M) > 0 || load(Z) === 0',
  'load(R) > 0 || load(X) < 3',
];
/** What a CPU has read decides where it ends: searches that lose an order lose an end. */
const MIX = 'h = Math.imul(h ^ t, 31) + 7;';

const spinLocked = (lock: string, inside: string): string =>
  `arch_spin_lock(${lock}); ${inside} arch_spin_unlock(${lock});`;
const readLocked = (inside: string): string => `arch_read_lock(R); ${inside} arch_read_unlock(R);`;
const writeLocked = (inside: string): string => `arch_write_lock(R); ${inside} arch_write_unlock(R);`;

/** One statement; `t` is what the one before has read. */
function statement(random: Random): string {
  const word = (): string => random.pick(WORDS);
  const small = (): number => random.below(3);
  const change = (): string => `store(${word()}, load(${word()}) + 1);`;
  const forms: readonly (() => string)[] = [
    () => `t = load(${word()}); ${MIX}`,
    () => `t = READ_ONCE(${word()}); ${MIX}`,
    () => `t = xadd(${word()}, ${1 + small()}); ${MIX}`,
    () => `t = xchg(${word()}, ${small()}); ${MIX}`,
    () => `t = cmpxchg(${word()}, ${small()}, ${1 + small()}); ${MIX}`,
    () => `t = fetch_or(${word()}, ${1 + small()}); ${MIX}`,
    () => `t = fetch_and(${word()}, ${small()}); ${MIX}`,
    () => `store(${word()}, ${1 + small()});`,
    () => `WRITE_ONCE(${word()}, ${small()});`,
    () => `store(${word()}, t + 1);`,
    () => `if (load(${word()}) === ${small()}) store(${word()}, ${1 + small()});`,
    () => `if (t === ${small()}) { t = xadd(${word()}, 1); ${MIX} }`,
    () => spinLocked('L', change()),
    () => spinLocked('M', change()),
    () => spinLocked('L', spinLocked('M', `t = xadd(${word()}, 1); ${MIX}`)),
    () => spinLocked('M', spinLocked('L', `store(${word()}, 1);`)),
    () => `if (arch_spin_trylock(L)) { store(X, 2); arch_spin_unlock(L); }`,
    () => readLocked(`t = load(${word()}); ${MIX}`),
    () => writeLocked(change()),
    () => writeLocked(spinLocked('L', `store(${word()}, 2);`)),
    () => `while (READ_ONCE(${word()}) === ${small()}) cpu_relax();`,
    () => `wait_for_change(${word()}, ${small()});`,
    () => `while (load(X) === ${small()} && load(Y) !== ${small()}) cpu_relax();`,
    () => `for (;;) { if (load(Z) !== 0) break; t = load(${word()}); if (t > 1) break; }`,
    () => `for (let i = 0; i < 2; i++) store(${word()}, load(${word()}) + i);`,
    () => `while (cmpxchg(${word()}, 0, ${1 + small()}) > 1) cpu_relax();`,
    () => `memset(X, ${small()}, 8);`,
    () => `memcpy(Y, X, 8);`,
    () => `assert(load(${word()}) !== ${2 + random.below(2)}, 'not this');`,
    () => `assert(xadd(${word()}, 1) < ${2 + random.below(3)}, 'too many');`,
    () => `t = choose(${1 + small()}); ${MIX}`,
    () => `store(${word()}, choose(2) + ${small()});`,
    () => `if (choose(2)) { t = xadd(${word()}, 1); ${MIX} }`,
    () => `if (choose(2)) ${spinLocked('L', change())}`,
    () => `assert(choose(${2 + small()}) !== 1, 'this value');`,
    () => `assert(choose(2) === load(${word()}), 'not chosen');`,
    () => `assert(choose(2) > 1, 'whatever is chosen');`,
  ];
  return random.pick(forms)();
}

/** The text of a module with two to four CPUs of a few statements each; every fourth has an invariant. */
export function randomModule(seed: number): string {
  const random = new Random(seed);
  const cpus = 2 + random.below(3);
  const least = cpus === 2 ? 2 : 1;
  const most = cpus === 2 ? 5 : cpus === 3 ? 3 : 2;
  const keeps = random.below(2) === 0;
  const names = Array.from({ length: cpus }, (_, cpu) => `f${cpu}`);
  const functions = names.map((name, cpu) => {
    const count = least + random.below(most - least + 1);
    const lines = Array.from({ length: count }, () => `  ${statement(random)}\n`).join('');
    const end = keeps ? `  store(OUT + ${4 * cpu}, h);\n` : '';
    return `function ${name}(): number {\n  let h = 1;\n  let t = 0;\n${lines}${end}  return ${keeps ? 't' : 'h'};\n}\n`;
  });
  const invariant = `export function invariant(): boolean {\n  return ${random.pick(INVARIANTS)};\n}\n`;
  return `${HEAD}${functions.join('')}${random.below(4) === 0 ? invariant : ''}export const cpus = [${names.join(', ')}];\n`;
}
