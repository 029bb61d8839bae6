/** Small random modules that pass blocks of memory around, free them too early, twice or never, and use them all the same. */
import { Random } from '../../dist/src/base/random.js';

const WORDS = ['P', 'Q'];
/** What a CPU has read decides where it ends. */
const MIX = 'h = Math.imul(h ^ t, 31) + 7;';
const INVARIANTS = ['load(P) === 0 || load(load(P)) !== 2', 'load(P) === 0 || load(P) !== load(Q)'];

function statement(random: Random, name: string): string {
  const word = (): string => random.pick(WORDS);
  const bytes = (): number => 4 + 4 * random.below(2);
  const small = (): number => 1 + random.below(2);
  const forms: readonly (() => string)[] = [
    () => `const ${name} = alloc(${bytes()}); store(${name}, ${small()}); store(${word()}, ${name});`,
    () => `const ${name} = alloc(${bytes()}); if (cmpxchg(${word()}, 0, ${name}) !== 0) free(${name});`,
    () => `const ${name} = alloc(${bytes()}); free(xchg(${word()}, ${name}));`,
    () => `t = alloc(${bytes()}); ${MIX} free(t);`,
    () => `free(load(${word()}));`,
    () => `free(xchg(${word()}, 0));`,
    () => `free(xchg(${word()}, 0));`,
    () => `const ${name} = load(${word()}); if (${name} !== 0) { t = load(${name}); ${MIX} }`,
    () => `const ${name} = load(${word()}); if (${name} !== 0) store(${name}, ${small()});`,
    () => `const ${name} = load(${word()}); if (${name} !== 0) { t = xadd(${name} + 4, 1); ${MIX} }`,
    () => `const ${name} = xchg(${word()}, 0); if (${name} !== 0) { memset(${name}, ${small()}, 4); free(${name}); }`,
    () => `const ${name} = load(${word()}); t = cmpxchg(${word()}, ${name}, 0); if (t === ${name}) free(t);`,
    () => `store(Q, load(P));`,
    () => `t = xadd(X, 1); ${MIX}`,
    () => `while (load(P) === 0 && load(X) === 0) cpu_relax();`,
    () => `if (choose(2)) free(xchg(${word()}, 0));`,
  ];
  return random.pick(forms)();
}

/** Two or three CPUs; `reuse` says what becomes of freed blocks. */
export function randomHeap(seed: number, reuse: number): string {
  const random = new Random(seed);
  const cpus = 2 + random.below(2);
  const most = cpus === 2 ? 3 : 2;
  const tidy = random.below(3) > 0 ? '  free(xchg(P, 0));\n  free(xchg(Q, 0));\n' : '';
  const names = Array.from({ length: cpus }, (_, cpu) => `f${cpu}`);
  const functions = names.map((name, cpu) => {
    const count = 1 + random.below(most);
    const lines = Array.from({ length: count }, (_, i) => `  ${statement(random, `p${i}`)}\n`).join('');
    return `function ${name}(): number {\n  let h = 1;\n  let t = 0;\n${lines}${cpu === 0 ? tidy : ''}  return h;\n}\n`;
  });
  const first = random.below(2) === 0 ? 'export function setup(): void {\n  store(P, alloc(8));\n}\n' : '';
  const invariant = `export const invariant = (): boolean => ${random.pick(INVARIANTS)};\n`;
  return `import { alloc, choose, cmpxchg, cpu_relax, free, load, memset, store, xadd, xchg } from 'tasklock/bus';
const P = 0x1000;
const Q = 0x1004;
const X = 0x1008;
export const reuse = ${reuse};
${first}${functions.join('')}${random.below(4) === 0 ? invariant : ''}export const cpus = [${names.join(', ')}];
`;
}
