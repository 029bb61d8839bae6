/** What is drawn: from the seed, by each agent for itself, in the order in which it draws. */
import { Random } from '../../base/random.ts';
import { NOTHING } from '../language/lasting.ts';
import { stampReach } from '../language/stamps.ts';
import { putBack } from '../memory/parts.ts';
import { sharedView } from '../memory/views.ts';
import type { WorldAgent } from '../world/agent.ts';
import { leavable } from '../world/leave.ts';

export interface Chance {
  readonly Math: Math;
  readonly crypto: object;
  bytes(into: ArrayBufferView): ArrayBufferView;
}

export function makeChance(agent: WorldAgent, seed: number): Chance {
  const random = new Random(seed, hashOf(agent.name));
  const unit = (): number => random.next() / 0x1_0000_0000;
  stampReach(unit, NOTHING);
  const mathTwin = Object.create(Object.getPrototypeOf(Math) as object, Object.getOwnPropertyDescriptors(Math)) as Math;
  Object.defineProperty(mathTwin, 'random', { value: unit, writable: true, configurable: true, enumerable: false });
  const bytes = (into: ArrayBufferView): ArrayBufferView => {
    const list = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    for (let i = 0; i < list.length; i++) list[i] = random.next() >>> 24;
    return into;
  };
  const randomUUID = (): string => {
    const list = bytes(new Uint8Array(16)) as Uint8Array;
    list[6] = ((list[6] ?? 0) & 0x0f) | 0x40;
    list[8] = ((list[8] ?? 0) & 0x3f) | 0x80;
    const hex = Buffer.from(list).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
  return { Math: mathTwin, crypto: { getRandomValues: filling('getRandomValues', bytes), randomUUID }, bytes };
}

type Fill = (into: ArrayBufferView) => ArrayBufferView;

/** A function that fills what it is given; shared memory in parts. */
export function filling(name: string, bytes: Fill): Fill {
  const f = leavable(name, 1, function* ({ args: [into], site }) {
    const shared = sharedView(into);
    if (shared === undefined) return bytes(into as ArrayBufferView);
    yield* putBack(name, shared, bytes(new Uint8Array(shared.view.byteLength)), site);
    return into;
  });
  return f as unknown as Fill;
}

/** Of a name, and not of when the agent was started. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
