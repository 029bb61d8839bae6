/** Small random modules that sleep on futexes and wake, as they stand and with the futex written out over a lock. */
import { Random } from '../../dist/src/base/random.js';

const WORDS = ['X', 'Y'];

function statement(random: Random, name: string): string {
  const word = random.pick(WORDS);
  const value = random.below(2);
  switch (random.below(9)) {
    case 0:
    case 1:
      return `const ${name} = futex_wait(${word}, ${value}, me);\n  store(Z, load(Z) * 3 + ${name} + 12);`;
    case 2:
      return `while (load(${word}) === ${value}) futex_wait(${word}, ${value}, me);`;
    case 3:
    case 4:
      return `futex_wake(${word}, ${1 + value});`;
    case 5:
      return `xadd(Z, futex_wake(${word}, ${random.below(3)}));`;
    case 6:
      return `store(${word}, ${random.below(3)});\n  futex_wake(${word}, 1);`;
    case 7:
      return `store(${word}, ${value});`;
    default:
      return `assert(xadd(${word}, 1) < 2, 'small ${name}');`;
  }
}

/** The bucket lock, and of each CPU the address that it sleeps on and when it came. */
const BY_HAND = `const BUCKET = 0x8000;
const CLOCK = 0x8004;
const SLEEPS_ON = 0x8010;
const CAME = 0x8020;
function futex_wait(address: number, expected: number, me: number): number {
  arch_spin_lock(BUCKET);
  if (load(address) !== expected) {
    arch_spin_unlock(BUCKET);
    return -11;
  }
  store(SLEEPS_ON + 4 * me, address);
  store(CAME + 4 * me, xadd(CLOCK, 1));
  arch_spin_unlock(BUCKET);
  wait_for_change(SLEEPS_ON + 4 * me, address);
  return 0;
}
function futex_wake(address: number, count: number): number {
  arch_spin_lock(BUCKET);
  let woken = 0;
  while (woken < count) {
    let first = -1;
    for (let cpu = 0; cpu < 3; cpu++) {
      if (load(SLEEPS_ON + 4 * cpu) !== address) continue;
      if (first < 0 || load(CAME + 4 * cpu) < load(CAME + 4 * first)) first = cpu;
    }
    if (first < 0) break;
    store(SLEEPS_ON + 4 * first, 0);
    woken++;
  }
  arch_spin_unlock(BUCKET);
  return woken;
}
`;

/** The text of a module with two or three CPUs; `byHand` writes the futex out. */
export function randomFutex(seed: number, byHand: boolean): string {
  const random = new Random(seed);
  const cpus = 2 + random.below(2);
  const names = Array.from({ length: cpus }, (_, cpu) => `f${cpu}`);
  const functions = names.map((name) => {
    const count = cpus === 2 ? 2 + random.below(2) : 1 + random.below(2);
    const lines = Array.from({ length: count }, (_, i) => `  ${statement(random, `v${i}`)}\n`).join('');
    return `function ${name}(me: number): void {\n${lines}}\n`;
  });
  const body = functions.join('');
  return `import {
  arch_spin_lock, arch_spin_unlock, assert, ${byHand ? '' : 'futex_wait, futex_wake, '}load, store, wait_for_change, xadd,
} from 'tasklock/bus';
const X = 0x1000;
const Y = 0x1004;
const Z = 0x1008;
${byHand ? BY_HAND : ''}export function setup(): void {
  store(0x8000, ${byHand ? 1 : 0});
}
${byHand ? body : body.replaceAll(', me);', ');')}export const cpus = [${names.join(', ')}];
`;
}
