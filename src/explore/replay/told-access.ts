/** What a CPU is about to do to RAM, for people. */
import { LOOP, NOTHING } from '../../machine/access.ts';
import { nameOf } from '../../machine/access-calls.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import type { Subject } from '../subject/subject.ts';

export interface ToldAccess {
  /** Its name in machine/access.ts. */
  readonly kind: string;
  readonly address: number;
  /** What the word is called; null where it has no name. */
  readonly symbol: string | null;
  /** What the word at the address holds before and behind it, of a block the first; null outside RAM. */
  readonly before: number | null;
  readonly after: number | null;
}

/** The pending access of a CPU, as if it left RAM as it is; null for one that has no address. */
export function pendingAccess(subject: Subject, cpu: number): ToldAccess | null {
  const { kind, touches, address } = subject.machine.pending(cpu);
  if (touches === NOTHING || (touches === LOOP && address === 0)) return null;
  const held = wordAt(subject, address);
  return { kind: nameOf(kind), address, symbol: subject.symbolAt(address), before: held, after: held };
}

/** The word at an address; null outside RAM. */
export function wordAt({ machine }: Subject, address: number): number | null {
  const word = address >>> 2;
  return word < FIRST_WORD ? null : (machine.ram[word] ?? null);
}
