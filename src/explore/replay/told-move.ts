/** A move that a CPU is about to make, told: who, where, and what it does to which word. */
import type { Frame } from '../../check/evidence/call-chain.ts';
import { faultClasses } from '../../boot/fault-classes.ts';
import { FAIL, INTERRUPT } from '../../machine/access.ts';
import { cpu_area, cpuAddress } from '../../machine/map.ts';
import { CHOICE, cpuOf, kindOf, type Move, STEP, TICK } from '../../stepped/move.ts';
import type { Subject } from '../subject/subject.ts';
import type { SourceLine } from './source-lines.ts';
import type { AccessDetail, ToldAccess } from '../subject/told-access.ts';

/** What may fail on purpose: its class, and what the caller is told. */
export interface ToldFault {
  readonly site: string;
  readonly error: string;
}

/** One move, told. */
export interface ToldMove {
  /** Its number, from 1. */
  readonly step: number;
  readonly cpu: number;
  readonly move: Move;
  /** Among how many values it chooses; 0 for a step. */
  readonly of: number;
  /** What is asked whether it is to fail; null where the choice is another, or none. */
  readonly fault: ToldFault | null;
  /** Whether it says that the CPU is interrupted, or is not. */
  readonly interrupts: boolean;
  /** What the CPU runs; null for no task. */
  readonly task: string | null;
  /** Where the CPU stood in front of it, and who had called that, innermost first. */
  readonly at: Frame | undefined;
  readonly callers: readonly Frame[];
  /** The function of it that a report would name. */
  readonly blamed: Frame | undefined;
  /** What it does to RAM; null for what has no address. */
  readonly access: ToldAccess | null;
  readonly detail: AccessDetail;
  /** The text of the line at which it stood, and of that which a report would name; null where it is not known. */
  readonly source: string | null;
  readonly blamedSource: string | null;
}

/** Move number `step`, from 0, in front of it: what its word holds then is to be put in by whoever makes it. */
export function tellMove(subject: Subject, step: number, move: Move, sourceLine: SourceLine): ToldMove {
  const cpu = cpuOf(move);
  const chooses = kindOf(move) === CHOICE;
  const stack = subject.stack(cpu);
  const [at, ...callers] = stack;
  const blamed = blamedFrame(subject, stack);
  const source = at === undefined ? null : sourceLine(at);
  return {
    step: step + 1,
    cpu,
    move,
    of: chooses ? subject.machine.address(cpu) : 0,
    fault: chooses ? faultOf(subject, cpu) : null,
    interrupts: kindOf(move) === TICK || (chooses && subject.machine.kind(cpu) === INTERRUPT),
    task: subject.taskText(cpu),
    at,
    callers,
    blamed,
    access: kindOf(move) === STEP ? subject.pendingAccess(cpu) : null,
    detail: subject.pendingDetail(cpu, source ?? ''),
    source,
    blamedSource: blamed === undefined ? null : sourceLine(blamed),
  };
}

function faultOf({ machine, view }: Subject, cpu: number): ToldFault | null {
  if (machine.kind(cpu) !== FAIL) return null;
  const number = view.word(cpuAddress(cpu) + cpu_area.fault_class);
  const found = faultClasses.find((one) => one.number === number);
  if (found === undefined) return null;
  const { name, group, error } = found;
  return { site: group === 'slab' ? `kmem_cache_alloc(${name})` : name, error };
}

/** The innermost frame of the function that a report would name. */
const blamedFrame = (subject: Subject, stack: readonly Frame[]): Frame | undefined => {
  const name = stack.length === 0 ? undefined : subject.blame(stack);
  return stack.find((frame) => frame.function === name);
};
