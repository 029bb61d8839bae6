/** What a CPU is about to do to RAM, for people. */
import { LOOP, NOTHING } from '../../machine/access.ts';
import { nameOf } from '../../machine/access-calls.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { OPERAND, OPERAND2 } from '../../stepped/frames.ts';
import type { Subject } from '../subject/subject.ts';

export interface ToldAccess {
  /** Its name in machine/access.ts. */
  readonly kind: string;
  readonly address: number;
  /** What the word is called; null where it has no name. */
  readonly symbol: string | null;
  /** What the word at the address holds before and behind it, of a block the first; null outside RAM. */
  readonly before: number | null;
  after: number | null;
}

/** The pending access of a CPU, as if it left RAM as it is; null for one that has no address. */
export function pendingAccess(subject: Subject, cpu: number): ToldAccess | null {
  const { kind, touches, address } = subject.machine.pending(cpu);
  if (touches === NOTHING || (touches === LOOP && address === 0)) return null;
  const held = wordAt(subject, address);
  return { kind: nameOf(kind), address, symbol: subject.symbolAt(address), before: held, after: held };
}

/** What else there is to say of an access. */
export interface AccessDetail {
  /** Number of its kind (machine/access.ts). */
  readonly kind: number;
  /** Its word, as subject.nameAt calls it. */
  readonly name: string;
  /** Its operand and second operand. */
  readonly operand: number;
  readonly operand2: number;
  /** CPUs that sleep on its word. */
  readonly asleep: number;
}

/** Of the pending access of a CPU that stands at this line. */
export function pendingDetail(subject: Subject, cpu: number, line: string): AccessDetail {
  const { machine } = subject;
  const { kind, address } = machine.pending(cpu);
  const region = machine.region(cpu);
  const [operand = 0, operand2 = 0] = [machine.frames[region + OPERAND], machine.frames[region + OPERAND2]];
  const others = machine.asleepOn(address);
  let asleep = 0;
  for (let one = others.next(-1); one >= 0; one = others.next(one)) asleep++;
  return { kind, name: subject.nameAt(address, line), operand, operand2, asleep };
}

/** The word at an address; null outside RAM. */
export function wordAt({ machine }: Subject, address: number): number | null {
  const word = address >>> 2;
  return word < FIRST_WORD ? null : (machine.ram[word] ?? null);
}
