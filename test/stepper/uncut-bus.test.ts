/** Every function of the bus does the same compiled as it does in JavaScript: its value, RAM afterwards, and its faults. */
import { expect, test } from 'vitest';
import * as machineBus from '../../dist/src/machine/bus.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import { FIRST_ADDRESS, MIN_RAM_BYTES } from '../../dist/src/machine/limits.js';
import { HARDWARE_END } from '../../dist/src/machine/map.js';
import { createRam, hashRam } from '../../dist/src/machine/ram.js';
import { compiled } from '../support/uncut.ts';

/** How many words each is given behind its first address. */
const FUNCTIONS = {
  load: 0,
  READ_ONCE: 0,
  store: 1,
  WRITE_ONCE: 1,
  xchg: 1,
  xadd: 1,
  fetch_or: 1,
  fetch_and: 1,
  cmpxchg: 2,
  memset: 2,
  memcpy: 2,
  memchr_inv: 2,
  memeq: 2,
} as const;
type Name = keyof typeof FUNCTIONS;
const bus = { ...machineBus } as unknown as Record<Name, (...words: number[]) => number | undefined>;

const END = MIN_RAM_BYTES;
const FREE = (HARDWARE_END + 0xfff) & ~0xfff;
const WILD = [
  0,
  4,
  FIRST_ADDRESS - 4,
  FIRST_ADDRESS,
  FREE,
  FREE + 4,
  FREE + 1,
  FREE + 7,
  END - 4,
  END - 1,
  END,
  END + 2,
];
const POISONED = [0x6b6b6b6b, 0x6b6b6b6c, -4, -0x80000000, 0x7fffffff];
const ADDRESSES = [...WILD, ...POISONED];
const SECOND = [0, 1, -1, FREE + 64, END - 8, 0x6b6b6b6b];
const THIRD = [0, 4, 6, 64, -4, END, 0x7fffffff];

const text = (Object.keys(FUNCTIONS) as Name[])
  .map((name) => {
    const words = ['a', 'b', 'c'].slice(0, FUNCTIONS[name] + 1).join(', ');
    const gives = bus[name].toString().includes('return');
    return `export function ${name}_(${words}) { ${gives ? `return ${name}(${words});` : `${name}(${words}); return 0;`} }`;
  })
  .join('\n');
const code = `import { ${Object.keys(FUNCTIONS).join(', ')} } from './bus.js';\n${text}`;

/** What a call comes to: its value, or the fault. */
function outcome(call: () => number): string {
  try {
    return String(call());
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    return `${error.message} at ${error.address}`;
  }
}

const memories = { js: createRam({ cpus: 1, bytes: END }), wasm: createRam({ cpus: 1, bytes: END, engine: 'wasm' }) };
for (const memory of Object.values(memories)) {
  const words = new Int32Array(memory);
  for (let i = 0; i < 64; i++) words[(FREE >> 2) + i] = i % 5 === 0 ? -1 : i;
}
const own = compiled(
  code,
  (Object.keys(FUNCTIONS) as Name[]).map((name) => `${name}_`),
  { memory: memories.wasm },
);

test.each(Object.keys(FUNCTIONS) as Name[])('%s', (name) => {
  const more = FUNCTIONS[name];
  let faults = 0;
  let values = 0;
  for (const a of ADDRESSES)
    for (const b of more > 0 ? SECOND : [0])
      for (const c of more > 1 ? THIRD : [0]) {
        const given = [a, b, c].slice(0, more + 1);
        machineBus.attach(memories.js, 0);
        const expected = outcome(() => bus[name](...given) ?? 0);
        machineBus.attach(memories.wasm, 0);
        const comes = outcome(() => own[`${name}_`]?.(...given) ?? 0);
        expect({ name, given, comes }).toEqual({ name, given, comes: expected });
        if (/ at /.test(comes)) faults++;
        else values++;
      }
  expect(faults).toBeGreaterThan(5);
  expect(values).toBeGreaterThan(5);
  expect(hashRam(memories.wasm)).toBe(hashRam(memories.js));
});
