/**
 * Small programs about the memory model of ECMAScript (ECMA-262, 29), as data. Each has, worked out by hand:
 *
 *   ends    what it may come to when accesses happen one after the other, in the order of each agent: a plain access that
 *           may tear in two halves, the lower first, a copy in up to four parts
 *   weak    what the language allows beside that
 *   races   pairs of accesses that nothing orders. Where there is none there is nothing weak (29.10, data race freedom)
 *
 * Memory is 16 bytes, all 0, seen as b (Uint8), h (Int16), i (Int32), u (Uint32), g (BigInt64), e (Float32), f (Float64) and
 * d (DataView); r is where an agent keeps what it saw.
 */
export interface Litmus {
  readonly name: string;
  /** Code of each agent. */
  readonly agents: readonly string[];
  /** What is looked at in the end: `p0.a` is the a of the first agent's r. */
  readonly sees: readonly string[];
  readonly ends: readonly string[];
  readonly weak?: readonly string[];
  readonly races?: readonly Pair[];
  /** When a wait with a time may be over; by default when nobody else can go on. */
  readonly timeouts?: 'any';
}

/** Two accesses that race. */
type Access = 'atomic read' | 'atomic write' | 'plain read' | 'plain write';
export type Pair = `${Access} against ${Access}`;

const VIEWS = `{
    b: new Uint8Array(memory), h: new Int16Array(memory), i: new Int32Array(memory), u: new Uint32Array(memory),
    g: new BigInt64Array(memory), e: new Float32Array(memory), f: new Float64Array(memory), d: new DataView(memory),
  }`;

/** The file that tasklock is given: what a program comes to is an error of its own, and so a finding of its own. */
export function litmusText({ agents, sees }: Litmus): string {
  const kept = agents.map((_, n) => `p${n}: {}`).join(', ');
  const channel = agents.some((code) => code.includes('port')) ? ', ...new MessageChannel()' : '';
  const functions = agents.map((code, n) => {
    const kind = code.includes('await') ? 'async function' : 'function';
    return `  ${kind} P${n}({ b, h, i, u, g, e, f, d, port1, port2, p${n}: r }) {\n    ${code}\n  },`;
  });
  const all = agents.map((_, n) => `p${n}`).join(', ');
  return [
    `import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';`,
    `export const setup = () => {\n  const memory = new SharedArrayBuffer(16);`,
    `  const { port1, port2 } = ${channel === '' ? '{}' : 'new MessageChannel()'};`,
    `  return { ...${VIEWS}, port1, port2, ${kept} };\n};`,
    `export const agents = [\n${functions.join('\n')}\n];`,
    `export const finished = ({ b, h, i, g, ${all} }) => {`,
    `  throw new Error([${sees.join(', ')}].map((one) => one ?? '-').join(' '));\n};\n`,
  ].join('\n');
}
