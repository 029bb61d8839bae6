/**
 * Small random programs with workers, as files: messages, ports, immediates, workers of workers, terminate, process.exit,
 * promises of waitAsync, broadcast channels. What each agent has seen is part of where it ends.
 */
import { Random } from '../../dist/src/base/random.js';

type Roll = (below: number) => number;

/** Something that every agent can do. */
function common(roll: Roll, depth: number): string {
  const word = roll(2);
  const value = 1 + roll(2);
  switch (roll(depth > 0 ? 9 : 4)) {
    case 0:
      return `Atomics.store(m, ${word}, ${value});`;
    case 1:
      return `Atomics.add(m, ${word}, ${value});`;
    case 2:
      return `Atomics.notify(m, ${word});`;
    case 3:
      return `Atomics.load(m, ${word});`;
    case 4:
    case 5:
      return `setImmediate(() => { ${common(roll, depth - 1)} });`;
    case 6:
      return `if (Atomics.load(m, ${word}) === ${value}) { ${common(roll, depth - 1)} }`;
    case 7:
      return `{ const b = new BroadcastChannel('b'); ${roll(2) === 0 ? `b.postMessage(${value}); b.close();` : `b.onmessage = () => { b.close(); ${common(roll, depth - 1)} }; setTimeout(() => b.close(), 5);`} }`;
    default:
      return `{ const p = Atomics.waitAsync(m, ${word}, 0); if (p.async) p.value.then(() => { ${common(roll, depth - 1)} }); }`;
  }
}

function several(roll: Roll, most: number, make: () => string): string {
  return Array.from({ length: roll(most + 1) }, make).join(' ');
}

/** Starts the worker of a file and deals with it. */
function starter(roll: Roll, file: string, depth: number): string {
  const handle = (): string => (roll(4) === 0 ? 'w.terminate();' : common(roll, depth));
  const lines = [
    `const w = new Worker(new URL('./${file}', import.meta.url), { workerData: { m, port: c.port2 }, transferList: [c.port2] });`,
  ];
  lines.push(roll(2) === 0 ? `w.on('message', (v) => { Atomics.add(m, 2, v); ${handle()} });` : '');
  lines.push(roll(3) === 0 ? `w.on('exit', (v) => { Atomics.add(m, 3, 1 + v); ${handle()} });` : '');
  lines.push(
    roll(4) === 0 ? `c.port1.on('message', (v) => { Atomics.add(m, 2, 4 * v); c.port1.close(); ${handle()} });` : '',
  );
  lines.push(roll(4) === 0 ? `c.port1.on('close', () => { ${handle()} });` : '');
  lines.push(roll(3) === 0 ? `w.postMessage(1);` : '');
  lines.push(roll(5) === 0 ? `setImmediate(() => { ${roll(2) === 0 ? 'w.terminate();' : 'process.exit(0);'} });` : '');
  lines.push(roll(6) === 0 ? 'w.unref();' : '');
  return `const c = new MessageChannel(); ${lines.filter((line) => line !== '').join(' ')}`;
}

function workerOf(roll: Roll, sub: string | undefined): string {
  const lines = [
    `import { BroadcastChannel, MessageChannel, parentPort, Worker, workerData } from 'node:worker_threads';`,
    'const { m, port } = workerData;',
    several(roll, 1, () => common(roll, 1)),
    roll(2) === 0 ? `parentPort.postMessage(${1 + roll(2)});` : '',
    roll(3) === 0 ? `port.postMessage(${1 + roll(2)});` : '',
    roll(4) === 0 ? `parentPort.once('message', (v) => { Atomics.add(m, 0, v); ${common(roll, 0)} });` : '',
    roll(5) === 0 ? `port.on('close', () => { Atomics.add(m, 3, 16); });` : '',
    sub === undefined ? '' : starter(roll, sub, 0),
    roll(5) === 0 ? 'process.exit(2);' : '',
    roll(8) === 0 ? `throw new Error('worker');` : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** The files of program number `seed`, by name; it begins with spec.mjs. */
export function randomWorkers(seed: number): Record<string, string> {
  const random = new Random(seed);
  const roll: Roll = (below) => random.below(below);
  const hasSub = roll(4) === 0;
  const other = roll(2) === 0 ? `, function other(m) { ${common(roll, 1)} ${common(roll, 0)} }` : '';
  const spec = [
    `import { BroadcastChannel, MessageChannel, Worker } from 'node:worker_threads';`,
    'export const setup = () => new Int32Array(new SharedArrayBuffer(16));',
    `export const agents = [function main(m) { ${starter(roll, 'w0.mjs', roll(2))} ${several(roll, 1, () => common(roll, 1))} }${other}];`,
    `export const finished = (m) => m[0] !== 2 || m[1] !== 1;`,
  ].join('\n');
  return {
    'spec.mjs': spec,
    'w0.mjs': workerOf(roll, hasSub ? 'w1.mjs' : undefined),
    'w1.mjs': workerOf(roll, undefined),
  };
}
