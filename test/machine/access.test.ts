/** The table of accesses against what it speaks of: the functions of real threads, by their text and by what they do. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as offer from '../../dist/src/bus.js';
import { accesses, type Access, FUTEX_WAIT, QUEUE, WORD } from '../../dist/src/machine/access.js';
import { callOf, pauses, primitives } from '../../dist/src/machine/access-calls.js';
import { busConstants, offered } from '../../dist/src/machine/bus-functions.js';
import * as bus from '../../dist/src/machine/bus.js';
import { createRam } from '../../dist/src/machine/ram.js';
import { SteppedMachine } from '../../dist/src/stepped/machine.js';
import { silent } from '../../dist/src/stepped/tracer.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';

const AT = 0x2000;
const NUMBERS = [0, 1, -1, 5, 12, 0x7fffffff, -0x80000000];
const calls = [...accesses, ...offered].filter(({ call }) => !call.startsWith('#'));

test('no number and no function stands there twice', () => {
  const kinds = accesses.map(({ kind }) => kind);
  expect([...new Set(kinds)]).toEqual(kinds);
  expect(Math.min(...kinds)).toBe(1);
  const keys = accesses.flatMap((row) => callOf(row).keys);
  expect([...primitives.keys(), ...pauses.keys()].sort()).toEqual(keys.sort());
});

/** Names of a function's parameters, by the text of its module. */
function parametersOf(module: string, name: string): string[] {
  const text = readFileSync(`src/machine/${module}.ts`, 'utf8');
  const list = new RegExp(`^(?:export )?function ${name}\\(([^)]*)\\)`, 'm').exec(text)?.[1] ?? 'no such function';
  return list === '' ? [] : list.split(', ').map((one) => /^\w+/.exec(one)?.[0] ?? one);
}

test.each(calls.map((row) => [row.call, callOf(row)] as const))('%s is a function', (_, { keys, parameters }) => {
  for (const key of keys) {
    const [module = '', name = ''] = key.split('.js#');
    // Two that are one access may call the word by their own names.
    const names = parametersOf(module, name).map((one) => (keys.length > 1 && one === 'sem' ? 'lock' : one));
    expect(names, key).toEqual(parameters);
  }
});

test('modules are offered what it tells of, and nothing else', () => {
  const names = offered.map((row) => callOf(row).name);
  expect(Object.keys(offer).sort()).toEqual([...names, ...busConstants].sort());
});

/** Accesses of a word that neither wait nor sleep: what they do to it is all there is to them. */
const alone = accesses.filter(({ touches, waits, does, kind, call }) => {
  return touches === WORD && waits === undefined && kind !== FUTEX_WAIT && does !== undefined && !call.includes('#');
});

/** A machine that runs the access once with two operands of the caller's. */
async function stepped(name: string, parameters: readonly string[], gives: boolean): Promise<SteppedModule> {
  const args = [AT, 'x', 'y'].slice(0, parameters.length).join(', ');
  const text = `import { ${name} } from 'tasklock/bus';
    function run(x, y) { ${gives ? 'return ' : ''}${name}(${args}); }
    export const cpus = [() => run(0, 0)];`;
  const { module } = await loadModuleText('/nowhere/m.ts', text, new Map());
  return { machine: new SteppedMachine(module, { memory: new ArrayBuffer(1 << 16), cpus: 1, tracer: silent }), module };
}

interface SteppedModule {
  readonly machine: SteppedMachine;
  readonly module: Awaited<ReturnType<typeof loadModuleText>>['module'];
}

/** Holds what a thread answers and leaves against what a stepped machine does. */
async function bothWays(row: Access): Promise<void> {
  const { name, parameters } = callOf(row);
  const real = (bus as unknown as Readonly<Record<string, (...args: number[]) => number | undefined>>)[name];
  const { machine, module } = await stepped(name, parameters, row.gives === true);
  const cases = NUMBERS.flatMap((old) => [...NUMBERS.map((x) => [old, x, 7]), [old, old, -3]]);
  for (const [old = 0, x = 0, y = 0] of cases) {
    bus.store(AT, old);
    const answer = real?.(...[AT, x, y].slice(0, parameters.length)) ?? 0;
    machine.ram[AT >> 2] = old;
    machine.start(0, module.cpus[0] as number, x, y);
    machine.step(0);
    const seen = { old, x, y, left: machine.ram[AT >> 2], answer: machine.result(0), done: machine.isIdle(0) };
    expect(seen).toEqual({ old, x, y, left: bus.load(AT), answer, done: true });
  }
}

describe('a thread and a stepped machine do the same to a word', () => {
  beforeAll(() => bus.attach(createRam({ cpus: 1, bytes: 1 << 20 }), 0));
  test('there are such accesses', () => expect(alone.length).toBeGreaterThanOrEqual(9));
  test.each(alone.map((row) => [callOf(row).name, row] as const))('%s', async (_, row) => await bothWays(row));
});

test('what changes a queue or looks at it says so', () => {
  for (const { call, touches, queue } of accesses) if (touches === QUEUE) expect(queue, call).toBeDefined();
});
