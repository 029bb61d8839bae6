/** A WebAssembly module of small functions over i32 and one shared memory, written byte by byte (WebAssembly 2.0 with threads). */

export interface WasmFunction {
  readonly name: string;
  /** How many i32 it takes. */
  readonly parameters: number;
  readonly returns: boolean;
  readonly body: readonly number[];
}

/** Unsigned LEB128. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** Signed LEB128. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -0x40 || rest > 0x3f; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

const I32 = 0x7f;
const NOTHING = 0x40;
const LOOP = 0x03;
const BRANCH_IF = 0x0d;
const END = 0x0b;
const NO_LOCALS = 0;
/** "\0asm", version 1. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** Alignment of a word as a power of two, and no offset. */
const WORD = [2, 0];

export const get = (local: number): number[] => [0x20, ...leb(local)];
export const set = (local: number): number[] => [0x21, ...leb(local)];
export const constant = (value: number): number[] => [0x41, ...signedLeb(value)];
export const store = [0x36, ...WORD];
export const subtract = 0x6b;
export const notEqual = 0x47;
export const drop = 0x1a;
export const atomic = {
  add: [0xfe, 0x1e, ...WORD],
  and: [0xfe, 0x2c, ...WORD],
  or: [0xfe, 0x33, ...WORD],
  exchange: [0xfe, 0x41, ...WORD],
  compareExchange: [0xfe, 0x48, ...WORD],
} as const;
/** Runs the body for as long as the condition after it holds. */
export const loopWhile = (body: readonly number[], condition: readonly number[]): number[] => [
  LOOP,
  NOTHING,
  ...body,
  ...condition,
  BRANCH_IF,
  0,
  END,
];

const vector = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
const text = (string: string): number[] => [...leb(string.length), ...Buffer.from(string, 'ascii')];
const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];

/** The module; it imports `env.memory`, shared, of so many pages of 64 KiB. Each function has a type of its own. */
export function encodeModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, returns }) => {
    const taken = [...leb(parameters), ...Array<number>(parameters).fill(I32)];
    return [0x60, ...taken, ...vector(returns ? [[I32]] : [])];
  });
  const memory = [...text('env'), ...text('memory'), 0x02, 0x03, ...leb(pages), ...leb(pages)];
  const exported = functions.map(({ name }, i) => [...text(name), 0x00, ...leb(i)]);
  const code = functions.map(({ body }) => {
    const whole = [NO_LOCALS, ...body, END];
    return [...leb(whole.length), ...whole];
  });
  return new Uint8Array([
    ...HEADER,
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map((_, i) => leb(i)))),
    ...section(7, vector(exported)),
    ...section(10, vector(code)),
  ]);
}
