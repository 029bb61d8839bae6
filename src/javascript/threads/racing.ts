/** A data race on threads. */
import type { AgentThread } from './agent-thread.ts';
import { type Cast, nameOf } from './cast.ts';
import { Differs, toldText } from './differs.ts';
import type { Element } from './messages.ts';
import { isTold, ThreadsError } from './turns.ts';

/**
 * Both sides of a data race stand in front of the same memory at the same time: nothing that the program does keeps them
 * apart. They go on at once.
 */
export async function racing(cast: Cast): Promise<string[]> {
  const lines: string[] = [];
  for (const side of cast.sides) {
    const { agent, text } = side;
    const thread = cast.agents[agent] as AgentThread;
    const told = await thread.take(cast.patience);
    if (told?.kind !== 'stands' || !isTold(told.text, side)) {
      throw new Differs(`before the race ${nameOf(cast, agent)} stands at ${text}; its thread ${toldText(told)}`);
    }
    lines.push(`${nameOf(cast, agent)} stands at ${told.text}`, ...told.stack.map((line) => `    ${line}`));
  }
  const [one, other] = cast.sides.map(({ agent }) => cast.agents[agent]?.standing?.element);
  if (one === undefined || other === undefined) throw new ThreadsError('its data race is not about single elements');
  if (!isSameMemory(one, other)) throw new Differs('the two sides of the race come to different memory on threads');
  for (const { agent } of cast.sides) cast.agents[agent]?.go(agent);
  for (const { agent, text } of cast.sides) {
    const told = await cast.agents[agent]?.take(cast.patience);
    if (told?.kind !== 'did') throw new Differs(`${nameOf(cast, agent)} does ${text}; its thread ${toldText(told)}`);
  }
  return [...lines, 'at the same time, in front of the same memory: nothing keeps them apart'];
}

const firstByte = ({ view, index }: Element): number => view.byteOffset + index * view.BYTES_PER_ELEMENT;

/** Asked of the memory itself, where all stand still: what is put into the one is found in the other. */
function isSameMemory(one: Element, other: Element): boolean {
  const at = Math.max(firstByte(one), firstByte(other));
  if ([one, other].some((element) => at >= firstByte(element) + element.view.BYTES_PER_ELEMENT)) return false;
  const [a, b] = [new Uint8Array(one.view.buffer), new Uint8Array(other.view.buffer)];
  const held = Atomics.load(a, at);
  let isSame = true;
  for (const mark of [1, 2, 4]) {
    Atomics.store(a, at, held ^ mark);
    isSame &&= Atomics.load(b, at) === (held ^ mark);
  }
  Atomics.store(a, at, held);
  return isSame;
}
