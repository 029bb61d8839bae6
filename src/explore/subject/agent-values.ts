/** What agents read and write, told: which element, what it holds. */
import type { Operation, Touch } from '../../javascript/operation.ts';
import { valueAt } from '../../javascript/scheduled.ts';
import type { Words } from '../../javascript/words.ts';
import { type AgentMachine, mainTouch } from './agent-machine.ts';
import { kindNumber } from './agent-kinds.ts';
import type { AccessDetail, ToldAccess } from './told-access.ts';

/** Bytes of what is told as one value. */
const WIDEST = 8;

const READS = new Set(['read', 'load']);

export class AgentValues {
  readonly #machine: AgentMachine;
  readonly #words: Words;
  /** By address: bytes of the element that was told last. */
  readonly #widths = new Map<number, number>();

  constructor(machine: AgentMachine, words: Words) {
    this.#machine = machine;
    this.#words = words;
  }

  /** The memory or queue at an address; null for none. */
  nameAt(address: number): string | null {
    const named = this.#words.nameOf(address >>> 2);
    if (named === undefined) return null;
    return named.place.isMemory || named.byte > 0 ? `${named.place.name}, byte ${named.byte}` : named.place.name;
  }

  accessOf(cpu: number): ToldAccess | null {
    const operation = this.#machine.operation(cpu);
    const touch = operation && mainTouch(operation);
    if (operation === undefined || touch === undefined) return null;
    const address = this.#addressOf(touch);
    this.#widths.set(address, Math.min(WIDEST, touch.to - touch.from));
    const held = this.at(address);
    return { kind: operation.kind, address, symbol: this.nameAt(address), before: held, after: held };
  }

  detailOf(cpu: number): AccessDetail {
    const operation = this.#machine.operation(cpu);
    const touch = operation && mainTouch(operation);
    const address = touch === undefined ? 0 : this.#addressOf(touch);
    return {
      kind: operation === undefined ? 0 : kindNumber(operation),
      name: this.nameAt(address) ?? '',
      operand: operation?.values ?? 0,
      operand2: 0,
      asleep: 0,
      ...(operation === undefined ? {} : { said: this.#said(operation) }),
    };
  }

  #said(operation: Operation): string {
    const { kind, touches } = operation;
    const text = operation.text();
    const touch = touches.find(({ place }) => place.isMemory);
    if (touch === undefined || !READS.has(kind)) return text;
    return `${text} = ${this.#element(touch)}`;
  }

  #addressOf({ place, from }: Touch): number {
    return this.#words.of(place, from) << 2;
  }

  /** What is there: a whole number, little-endian, as wide as what was told of it. */
  at(address: number): number | null {
    const named = this.#words.nameOf(address >>> 2);
    if (named === undefined) return null;
    const { place, byte } = named;
    const width = this.#widths.get(address) ?? 1;
    return this.#element({ place, from: byte, to: byte + width });
  }

  #element({ place, from, to }: Pick<Touch, 'place' | 'from' | 'to'>): number {
    if (!place.isMemory) return valueAt(place, from);
    let value = 0;
    for (let byte = Math.min(to, from + WIDEST) - 1; byte >= from; byte--) value = value * 256 + valueAt(place, byte);
    return to - from === 4 ? value | 0 : value;
  }
}
