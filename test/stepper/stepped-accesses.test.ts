/** Every access over good and bad addresses: the same value, RAM, frames and fault on both engines. */
import { expect, test } from 'vitest';
import { FIRST_ADDRESS, MIN_RAM_BYTES } from '../../dist/src/machine/limits.js';
import { CPU_BASE } from '../../dist/src/machine/map.js';
import { FRAMES_AT } from '../../dist/src/stepped/cut-places.js';
import { LINE } from '../../dist/src/stepped/frames.js';
import type { SteppedMachine } from '../../dist/src/stepped/machine.js';
import { compiledCode, machineOf, run } from '../support/stepped-code.ts';

const BUS =
  'load READ_ONCE smp_mb store WRITE_ONCE xchg xadd fetch_or fetch_and cmpxchg memset memcpy memchr_inv memeq';
const ARGUMENTS: Readonly<Record<string, string>> = {
  load: 'a',
  READ_ONCE: 'a',
  smp_mb: '',
  store: 'a, b',
  WRITE_ONCE: 'a, b',
  xchg: 'a, b',
  xadd: 'a, b',
  fetch_or: 'a, b',
  fetch_and: 'a, b',
  cmpxchg: 'a, b, c',
  memset: 'a, b, 8',
  memcpy: 'a, b, 8',
  memchr_inv: 'a, b, 8',
  memeq: 'a, b, 8',
  arch_spin_lock: 'a',
  arch_spin_unlock: 'a',
};
const GIVES = /^(?:load|READ_ONCE|x|fetch|cmpxchg|memchr|memeq)/;

const names = Object.keys(ARGUMENTS);
const text = [
  `import { ${BUS.split(' ').join(', ')} } from './bus.js';`,
  "import { arch_spin_lock, arch_spin_unlock } from './arch-spin.js';",
  ...names.map((name) => {
    const call = `${name}(${ARGUMENTS[name]})`;
    return `export function do_${name}(a, b, c) { ${GIVES.test(name) ? `return ${call};` : `${call}; return 7;`} }`;
  }),
].join('\n');
const compiled = compiledCode(
  text,
  names.map((name) => `do_${name}`),
);
const [js, wasm] = [await machineOf(compiled, 'js'), await machineOf(compiled, 'wasm')];

const ADDRESSES = [0, 4, FIRST_ADDRESS - 4, FIRST_ADDRESS, FIRST_ADDRESS + 1, CPU_BASE, CPU_BASE + 8, 0x7ffc, 0x8000]
  .concat([0x8002, 0x20_000, MIN_RAM_BYTES - 8, MIN_RAM_BYTES - 4, MIN_RAM_BYTES, MIN_RAM_BYTES + 2, FRAMES_AT])
  .concat([FRAMES_AT + 0x40, 0x7fff_fffc, -4, -0x8000_0000, 0x6b6b_6b6b, 0x2000]);
const VALUES = [0, 1, -1, 0x6b6b_6b6b, 0x7fff_ffff, 0x2000];

/** What comes of a call, with all that it leaves. */
function outcome(machine: SteppedMachine, name: string, args: readonly number[]): string {
  let came: string;
  // Of a call before.
  machine.frames[LINE] = 77;
  try {
    came = String(run(machine, `do_${name}`, ...args));
  } catch (error) {
    came = String(error);
  }
  const { frames, ram } = machine;
  const line = frames[LINE];
  const words = ADDRESSES.map((one) => (one >= FIRST_ADDRESS && one < MIN_RAM_BYTES ? ram[one >> 2] : undefined));
  const result = JSON.stringify([came, line, [...frames], words, machine.used.end, machine.used.far]);
  // A fault leaves the CPU where it stood.
  frames.fill(0, 0, compiled.unit.regionWords);
  frames[6] = CPU_BASE;
  return result;
}

test.each(names)('%s', (name) => {
  let faults = 0;
  for (const address of ADDRESSES) {
    for (const value of VALUES) {
      for (const word of [0, 1, value]) {
        for (const { ram } of [js, wasm]) if (address >= FIRST_ADDRESS) ram[address >> 2] = word;
        const args = [address, value, 5];
        const expected = outcome(js, name, args);
        expect({ name, args, word, outcome: outcome(wasm, name, args) }).toEqual({
          name,
          args,
          word,
          outcome: expected,
        });
        if (expected.includes('MachineFault')) faults++;
      }
    }
  }
  expect(faults > 0).toBe(name !== 'smp_mb');
  expect(Buffer.from(js.ram.buffer, 0, MIN_RAM_BYTES).equals(Buffer.from(wasm.ram.buffer, 0, MIN_RAM_BYTES))).toBe(
    true,
  );
});
