/** What a CPU is about to do to RAM, for people. */
import { LOOP, NOTHING } from '../../machine/access.ts';
import { nameOf } from '../../machine/access-calls.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { OPERAND, OPERAND2 } from '../../stepped/frames.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';

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

/** The pending access of a CPU of a stepped machine, as if it left RAM as it is; null for one that has no address. */
export function pendingAccess(
  machine: SteppedMachine,
  cpu: number,
  symbolAt: (address: number) => string | null,
): ToldAccess | null {
  const { kind, touches, address } = machine.pending(cpu);
  if (touches === NOTHING || (touches === LOOP && address === 0)) return null;
  const held = wordAt(machine, address);
  return { kind: nameOf(kind), address, symbol: symbolAt(address), before: held, after: held };
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
  /** All of it in words, of a subject that has its own. */
  readonly said?: string;
}

/** What else there is to say of it. */
export function pendingDetail(machine: SteppedMachine, cpu: number, nameAt: (address: number) => string): AccessDetail {
  const { kind, address } = machine.pending(cpu);
  const region = machine.region(cpu);
  const [operand = 0, operand2 = 0] = [machine.frames[region + OPERAND], machine.frames[region + OPERAND2]];
  const others = machine.asleepOn(address);
  let asleep = 0;
  for (let one = others.next(-1); one >= 0; one = others.next(one)) asleep++;
  return { kind, name: nameAt(address), operand, operand2, asleep };
}

/** The word at an address; null outside RAM. */
export function wordAt({ ram }: SteppedMachine, address: number): number | null {
  const word = address >>> 2;
  return word < FIRST_WORD ? null : (ram[word] ?? null);
}
