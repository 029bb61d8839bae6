/** What is explored: something that moves and can be put back to its beginning, and what must hold in it. */
import type { Faults } from '../../boot/faults.ts';
import type { Frame } from '../../check/evidence/call-chain.ts';
import type { Finding } from '../../check/evidence/finding.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import type { RamView } from '../../check/evidence/view.ts';
import type { ProfileName } from '../../kernel/profiles.ts';
import type { Polydir } from '../../scenario/ast.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';
import type { Tracer } from '../../stepped/tracer.ts';
import type { Explored } from './explored.ts';
import type { Footprints } from './footprint.ts';
import type { Beginning } from '../inside/beginning.ts';
import type { CompiledChecks } from './compiled-checks.ts';
import type { AccessDetail, ToldAccess } from './told-access.ts';

/** What is known of a bug before it is written up. */
export interface Moment {
  readonly cpu: number;
  readonly object: number;
  readonly stack: readonly Frame[];
  readonly details: readonly string[];
}

/** A system call as it stands in a program. */
export interface ProgramCall {
  readonly text: string;
  /** Line of the program's text. */
  readonly line: number;
}

/** Says when an invariant has to be asked. */
export interface Lookout {
  /** What has happened since `invariant` was asked the last time may have broken it. */
  readonly due: boolean;
  /** A CPU is about to perform its pending access. */
  beforeStep(cpu: number): void;
}

/** Receives the machine's tracepoints, and what the subject finds itself that does not end an execution. */
export interface Listener extends Tracer {
  report(finding: Finding): void;
  /** Whether a checker of that name watches. */
  asks(checker: string): boolean;
}

/** Something that was not there to be tried, and where: other parts of a search may have met it elsewhere. */
export interface Withheld {
  readonly what: string;
  readonly where: readonly string[];
}

export interface Subject {
  readonly machine: Explored;
  /** The same where its whole state can be copied and put back: for a search by states. */
  readonly stepped?: SteppedMachine;
  readonly view: RamView;
  readonly cpus: number;
  /** Of all it was made from: text, imports, settings. */
  readonly hash: string;
  /** The profile of its kernel, or null. */
  readonly profile: ProfileName | null;
  /** What the author of a module should know. */
  readonly notes?: readonly string[];
  /** Names of the program's tasks, or of the CPUs' functions. */
  readonly names: readonly string[];
  /** Directories of which each user of the program has an instance of his own. */
  readonly polydirs: readonly Polydir[];
  /** Steps after which an execution is taken for one that does not end. */
  readonly stepBound: number;
  /** Who says when `invariant` has to be asked; undefined when there is none. */
  readonly lookout: Lookout | undefined;
  /** Whether `invariant` judges the values of words, and the words it looked at so far. */
  readonly watches: boolean;
  readonly watched: ReadonlySet<number>;
  /** Begins anew with these words as those it looked at. */
  watch(words: readonly number[]): void;
  /** The checkers that are compiled in; undefined where each step has to be looked at. */
  readonly checks?: CompiledChecks | undefined;
  /** Observers that are part of every execution of it. */
  readonly standing: readonly Observer[];
  /** Whether it reports of itself what does not end an execution. */
  readonly warns: boolean;
  /** Is told of what happens while it is not undefined. */
  listener: Listener | undefined;
  /** The same on the engine that is the reference; undefined where it is stepped by that already. */
  reference?(): Promise<Subject>;
  /** Puts machine and CPUs back to the beginning. Throws MachineFault when the setup itself fails. */
  reset(): void;
  /** The moves that every execution of a search begins with (opening.ts); without it none. */
  readonly opening?: Uint16Array;
  /** Puts machine and CPUs behind these moves. */
  open?(): void;
  /** After a first reset: what executions inside WebAssembly begin with; undefined where they would not judge all. */
  beginning?(): Beginning | undefined;
  /** What is wrong in the state between two steps: it ends the execution. */
  invariant(): Finding | undefined;
  /** What is wrong at the end, when no CPU is enabled. */
  atEnd(): readonly Finding[];
  /** What its CPUs are about to touch; `watched`: the words that an invariant may see. */
  footprints(watched: ReadonlySet<number>): Footprints;
  /** Call chain of a CPU that has just faulted, and of one between two steps: innermost first. */
  faultStack(cpu: number): Frame[];
  stack(cpu: number): Frame[];
  /** Number of the innermost place of a CPU, and what it is. */
  place(cpu: number): number;
  frame(place: number): Frame;
  /** The places of a call chain as numbers; see World. */
  chain(cpu: number, into: Int32Array, at: number, most: number): number;
  /** The function a report names. */
  blame(frames: readonly Frame[]): string;
  /** task_struct a CPU runs, 0 for none. */
  task(cpu: number): number;
  /** What a CPU runs: its task or its function; null for nothing. */
  taskText(cpu: number): string | null;
  /** What the word at an address is called; null where it has no name. */
  symbolAt(address: number): string | null;
  /** The same for people, in a line of source that speaks of it: the object as well, the field, or the bare address. */
  nameAt(address: number, line: string): string;
  /** What values that words hold are called, as the machine stands: for people. */
  valueText(): (value: number) => string;
  /** The pending access of a CPU, as if it changed nothing; null for one that has no address. */
  pendingAccess(cpu: number): ToldAccess | null;
  /** What else there is to say of it, at this line of source. */
  pendingDetail(cpu: number, line: string): AccessDetail;
  /** The word at an address; null where there is none. */
  wordAt(address: number): number | null;
  /** The system call that a CPU's task is in, as its program has it; null for none, and where no program is run. */
  callAt(cpu: number): ProgramCall | null;
  /** First and last address of the object that an address lies in; of what lies in none that word. */
  extent(address: number): readonly [number, number];
  /** One line about a CPU for a report: what it runs, holds, waits for. */
  cpuLines(cpu: number): string[];
  /** The moment a bug was seen, line by line: the object it is about, and what every CPU was doing. */
  moment(bug: Moment): string[];
  /** Hashes of the files that run in it, by path as seen from the first, where it is recorded by them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Those of such hashes, of another time or place, that its files do not have. */
  changed?(files: Readonly<Record<string, string>>): readonly string[];
  /** What fails on purpose; undefined for nothing. */
  readonly faults?: Faults | undefined;
  /** How often something did in this execution. */
  failures?(): number;
  /** When interrupts are chosen (boot/ticks.ts); undefined for never. */
  readonly ticks?: string | undefined;
  /** Why what was run so far is no proof, although everything was tried: what was not there to be tried. */
  withheld?(): readonly Withheld[];
  /** Whether the last execution was in a loop that goes round for long and comes to nothing. */
  hasHung?(): boolean;
  /** Whether no execution so far came to an end that could be judged, since they were given no more time. */
  nothingJudged?(): boolean;
  /** System calls made in this execution; 0 when the machine runs no kernel. */
  syscalls(): number;
}
