/** What races by the memory model of ECMAScript, of operations made by hand: the races of each list, and no others. */
import { expect, test } from 'vitest';
import { type Race, Races } from '../../dist/src/javascript/race/races.js';
import { Words } from '../../dist/src/javascript/words.js';
import type { Agent } from '../../dist/src/javascript/agent.js';
import type { Operation, OperationKind, Place } from '../../dist/src/javascript/operation.js';

const memory: Place = { id: 0, name: 'buffer', isMemory: true };
const list: Place = { id: 1, name: 'list', isMemory: false };
const agents = [0, 1, 2].map((id) => ({ id, name: `agent ${id}` }) as unknown as Agent);

let site = 0;
const operation = (kind: OperationKind, place: Place, from: number, to: number, writes: boolean, atomic: boolean) =>
  ({ kind, site: site++, touches: [{ place, from, to, writes, atomic }], text: () => kind }) as unknown as Operation;

const read = (from = 0, to = from + 4) => operation('read', memory, from, to, false, false);
const write = (from = 0, to = from + 4) => operation('write', memory, from, to, true, false);
const load = (from = 0, to = from + 4) => operation('load', memory, from, to, false, true);
const store = (from = 0, to = from + 4) => operation('store', memory, from, to, true, true);
const update = (from = 0, to = from + 4) => operation('update', memory, from, to, true, true);
const failedExchange = () => ({ ...update(), wrote: () => false }) as Operation;
const notify = () => operation('notify', list, 0, 1, true, true);
const goesOn = () => operation('woken', list, 0, 1, false, true);

type Step = readonly [agent: number, operation: Operation];

/** Bytes at which something races, in the order in which it was seen. */
function racesOf(steps: readonly Step[], before?: (races: Races) => void): number[] {
  const words = new Words();
  const found: Race[] = [];
  const races = new Races(words, agents.length, (race) => found.push(race));
  // What was done in an execution before is no matter.
  races.begin();
  races.performed(agents[2] as Agent, write(0, 8), undefined);
  races.begin();
  before?.(races);
  for (const [agent, one] of steps) races.performed(agents[agent] as Agent, one, undefined);
  return [...new Set(found.map(({ word }) => words.nameOf(word)?.byte ?? -1))];
}

test('plain accesses race when one of them writes', () => {
  expect(
    racesOf([
      [0, write()],
      [1, read()],
    ]),
  ).toEqual([0, 1, 2, 3]);
  expect(
    racesOf([
      [0, read()],
      [1, write()],
    ]),
  ).toEqual([0, 1, 2, 3]);
  expect(
    racesOf([
      [0, write()],
      [1, write(2)],
    ]),
  ).toEqual([2, 3]);
  expect(
    racesOf([
      [0, read()],
      [1, read()],
    ]),
  ).toEqual([]);
  expect(
    racesOf([
      [0, write()],
      [0, read()],
    ]),
  ).toEqual([]);
  expect(
    racesOf([
      [0, write()],
      [1, read(4)],
    ]),
  ).toEqual([]);
});

test('Atomics of one range do not race, of another range or with a plain access they do', () => {
  expect(
    racesOf([
      [0, store()],
      [1, load()],
    ]),
  ).toEqual([]);
  expect(
    racesOf([
      [0, update()],
      [1, update()],
    ]),
  ).toEqual([]);
  expect(
    racesOf([
      [0, store(0, 4)],
      [1, load(0, 2)],
    ]),
  ).toEqual([0, 1]);
  expect(
    racesOf([
      [0, store()],
      [1, read()],
    ]),
  ).toEqual([0, 1, 2, 3]);
  expect(
    racesOf([
      [0, write()],
      [1, load()],
    ]),
  ).toEqual([0, 1, 2, 3]);
});

test('who reads what was published knows what came before', () => {
  expect(
    racesOf([
      [0, write(8)],
      [0, store()],
      [1, load()],
      [1, read(8)],
    ]),
  ).toEqual([]);
  expect(
    racesOf([
      [0, write(8)],
      [0, store()],
      [1, update()],
      [2, load()],
      [2, read(8)],
    ]),
  ).toEqual([]);
  // The other way round nothing was published.
  expect(
    racesOf([
      [1, load()],
      [0, write(8)],
      [0, store()],
      [1, read(8)],
    ]),
  ).toEqual([8, 9, 10, 11]);
  // What comes behind the publishing is not.
  expect(
    racesOf([
      [0, store()],
      [0, write(8)],
      [1, load()],
      [1, read(8)],
    ]),
  ).toEqual([8, 9, 10, 11]);
  // A store takes nothing over, and a load of another range neither.
  expect(
    racesOf([
      [0, write(8)],
      [0, store()],
      [1, store()],
      [1, read(8)],
    ]),
  ).toEqual([8, 9, 10, 11]);
  expect(
    racesOf([
      [0, write(8)],
      [0, store(0, 4)],
      [1, load(0, 8)],
      [1, read(8)],
    ]),
  ).toContain(8);
  // What a plain write has overwritten publishes no more.
  expect(
    racesOf([
      [0, write(8)],
      [0, store()],
      [0, write()],
      [1, load()],
      [1, read(8)],
    ]),
  ).toContain(8);
});

test('a compareExchange that has found another value has only read', () => {
  expect(
    racesOf([
      [0, failedExchange()],
      [1, read()],
    ]),
  ).toEqual([]);
  expect(
    racesOf([
      [0, failedExchange()],
      [1, write()],
    ]),
  ).toEqual([0, 1, 2, 3]);
  // It has published nothing.
  expect(
    racesOf([
      [0, write(8)],
      [0, failedExchange()],
      [1, load()],
      [1, read(8)],
    ]),
  ).toEqual([8, 9, 10, 11]);
});

test('waking, coming to a list and starting order', () => {
  expect(
    racesOf([
      [0, write()],
      [0, notify()],
      [1, goesOn()],
      [1, read()],
    ]),
  ).toEqual([]);
  expect(
    racesOf([
      [0, notify()],
      [0, write()],
      [1, goesOn()],
      [1, read()],
    ]),
  ).toEqual([0, 1, 2, 3]);
  const started = (races: Races): void => {
    races.performed(agents[0] as Agent, write(), undefined);
    races.handed(agents[0], agents[1] as Agent);
  };
  expect(racesOf([[1, read()]], started)).toEqual([]);
  expect(racesOf([[2, read()]], started)).toEqual([0, 1, 2, 3]);
  const woken = (races: Races): void => {
    races.performed(agents[0] as Agent, write(), undefined);
    races.handed(agents[0], agents[1] as Agent);
  };
  expect(racesOf([[1, read()]], woken)).toEqual([]);
});

test('more bytes than there are words: all of them together, and no race is made up', () => {
  const words = new Words();
  const first = words.of(memory, 0);
  for (let byte = 0; byte < 1 << 17; byte += 8) words.of(memory, byte);
  expect(words.of(memory, 0)).toBe(first);
  expect(words.of(memory, (1 << 17) + 3)).toBe(1);
  expect(words.of(memory, (1 << 17) + 11)).toBe(1);
  expect(words.nameOf(words.of(memory, 9))).toEqual({ place: memory, byte: 9 });
  expect(words.nameOf(1)).toBeUndefined();
});
