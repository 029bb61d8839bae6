/**
 * An execution told in turns: which CPU went from where to where before another one did, the access with which each turn
 * begins, and what was chosen. That access is what another CPU was let in front of, so it is the one that tells of a race.
 */
import type { Frame } from '../../check/evidence/call-chain.ts';
import { type Turn, turnsOf } from '../../recording/turns.ts';
import { kindOf, type Move, STEP } from '../../stepped/move.ts';
import { Runner } from '../run/runner.ts';
import { Replay } from '../strategies/replay.ts';
import type { Subject } from '../subject/subject.ts';
import type { SourceLine } from './source-lines.ts';
import { pendingAccess, type ToldAccess, wordAt } from './told-access.ts';

/** The move that begins a turn, or one that is another than a step. */
export interface ToldMove {
  /** Its number, from 1. */
  readonly step: number;
  readonly cpu: number;
  readonly move: Move;
  /** Among how many values it chooses; 0 for a step. */
  readonly of: number;
  /** What the CPU runs; null for no task. */
  readonly task: string | null;
  /** Where the CPU stood in front of it. */
  readonly at: Frame | undefined;
  /** What it does to RAM; null for what has no address. */
  readonly access: ToldAccess | null;
  /** The text of that line; null where it is not known. */
  readonly source: string | null;
}

export interface ToldTurn extends Turn {
  /** The number of its first move, from 1. */
  readonly first: number;
  /** Where the CPU stood in front of the first move and of the last. */
  readonly from: Frame | undefined;
  readonly to: Frame | undefined;
  /** The first move and those that choose, in order. */
  readonly told: readonly ToldMove[];
}

/** Performs the moves again and tells them. */
export function tellTurns(subject: Subject, moves: Uint16Array, sourceLine: SourceLine): ToldTurn[] {
  const teller = new Teller(subject, turnsOf(moves), sourceLine);
  const replay = new Replay(moves, true);
  const strategy = {
    begin: () => replay.begin(),
    choose: (...[enabled, step]: Parameters<Replay['choose']>) => {
      teller.performed();
      const move = replay.choose(enabled, step);
      if (move >= 0) teller.next(step, move);
      return move;
    },
    end: () => true,
    exhausted: false,
    facts: () => ({}),
  };
  const run = new Runner(subject, []).run(strategy, 0);
  teller.performed();
  return teller.turns(run?.steps ?? 0);
}

class Teller {
  readonly #subject: Subject;
  /** The turns of all moves, which may be more than are performed. */
  readonly #turns: readonly Turn[];
  readonly #froms: (Frame | undefined)[] = [];
  readonly #tos: (Frame | undefined)[] = [];
  readonly #told: ToldMove[][] = [];
  /** Moves that the turns begun so far have in all. */
  #end = 0;
  /** The access that is being performed, if it is one to be told. */
  #pending: { readonly address: number; after: number | null } | null = null;
  readonly #sourceLine: SourceLine;

  constructor(subject: Subject, turns: readonly Turn[], sourceLine: SourceLine) {
    this.#subject = subject;
    this.#turns = turns;
    this.#sourceLine = sourceLine;
  }

  /** The CPU is about to make move number `step`, from 0. */
  next(step: number, move: Move): void {
    const begins = step === this.#end;
    if (begins) this.#begin();
    const turn = this.#told.length - 1;
    const { cpu } = this.#turns[turn] as Turn;
    const [at] = this.#subject.stack(cpu);
    if (begins) this.#froms.push(at);
    this.#tos[turn] = at;
    if (begins || kindOf(move) !== STEP) this.#tell(step, move, cpu, at);
  }

  #begin(): void {
    this.#end += (this.#turns[this.#told.length] as Turn).length;
    this.#told.push([]);
  }

  #tell(step: number, move: Move, cpu: number, at: Frame | undefined): void {
    const { machine } = this.#subject;
    const isChoice = kindOf(move) !== STEP;
    const access = isChoice ? null : pendingAccess(this.#subject, cpu);
    this.#pending = access;
    const of = isChoice ? machine.address(cpu) : 0;
    const source = at === undefined ? null : this.#sourceLine(at);
    this.#told.at(-1)?.push({ step: step + 1, cpu, move, of, task: this.#subject.taskText(cpu), at, access, source });
  }

  /** The move is made: what its word holds now. */
  performed(): void {
    const access = this.#pending;
    if (access !== null) access.after = wordAt(this.#subject, access.address);
    this.#pending = null;
  }

  /** Of the moves that were made. */
  turns(steps: number): ToldTurn[] {
    let first = 1;
    return this.#told.map((told, i) => {
      const turn = this.#turns[i] as Turn;
      const length = Math.min(turn.length, steps - first + 1);
      const values = turn.values.slice(0, told.filter(({ of }) => of > 0).length);
      const one = { cpu: turn.cpu, length, values, first, from: this.#froms[i], to: this.#tos[i], told };
      first += length;
      return one;
    });
  }
}
