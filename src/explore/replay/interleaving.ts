/**
 * An execution told in turns: which CPU went from where to where before another one did, the access with which each turn
 * begins, what was chosen, and the accesses that matter (chosen-moves.ts). It is performed twice: to see which CPU meets
 * which other, then to tell of that.
 */
import type { Observer } from '../../check/evidence/observer.ts';
import { type Turn, turnsOf } from '../../recording/turns.ts';
import { CHOICE, cpuOf, kindOf, type Move, STEP, valueOf } from '../../stepped/move.ts';
import { Runner } from '../run/runner.ts';
import type { ProgramCall, Subject } from '../subject/subject.ts';
import { type About, chosenMoves, isQuiet } from './chosen-moves.ts';
import { mattering, meetingsOf } from './conflicts.ts';
import { flowOf, telling } from './flow.ts';
import type { SourceLine } from './source-lines.ts';
import { tellMove, type ToldMove } from './told-move.ts';

/** A task enters a system call of its program, or leaves it. */
export interface ToldCall extends ProgramCall {
  /** The move behind which it does. */
  readonly step: number;
  readonly task: string | null;
  /** Null when it enters. */
  readonly result: number | null;
}

export interface ToldTurn extends Turn {
  /** The number of its first move, from 1. */
  readonly first: number;
  /** The first move and those that choose, in order. */
  readonly told: readonly ToldMove[];
  /** The moves that matter, in order, those that choose among them; and the calls of the program in this turn. */
  readonly shown: readonly ToldMove[];
  readonly calls: readonly ToldCall[];
}

/** Performs the moves again and tells them. `about` is the address that the bug is about, 0 for none. */
export function tellTurns(subject: Subject, moves: Uint16Array, sourceLine: SourceLine, about = 0): ToldTurn[] {
  const flow = flowOf(subject, moves);
  const bug: About | undefined = about === 0 ? undefined : { word: about, object: subject.extent(about) };
  const turns = turnsOf(flow.moves);
  const chosen = chosenMoves(flow, turns, mattering(flow, meetingsOf(flow)), bug);
  const teller = new Teller(subject, turns, chosen, sourceLine);
  const strategy = telling(flow.moves, (move, step) => teller.next(step, move));
  new Runner(subject, [teller]).run(strategy, 0);
  teller.performed();
  return teller.turns();
}

/** Nothing fails, no interrupt comes. */
const isUnsaid = ({ machine }: Subject, move: Move): boolean =>
  isQuiet(machine.kind(cpuOf(move))) && valueOf(move) === 0 && kindOf(move) === CHOICE;

/** The calls that a CPU is in, by CPU, and what is told of each turn. */
class Teller implements Observer {
  readonly name = 'teller';
  readonly #subject: Subject;
  readonly #turns: readonly Turn[];
  readonly #chosen: ReadonlySet<number>;
  readonly #sourceLine: SourceLine;
  readonly #told: ToldMove[][] = [];
  readonly #shown: ToldMove[][] = [];
  readonly #calls: ToldCall[][] = [];
  readonly #within = new Map<number, ProgramCall>();
  #step = 0;
  /** Moves that the turns begun so far have in all. */
  #end = 0;
  /** The access that is being performed, if it is one to be told. */
  #pending: { readonly address: number; after: number | null } | null = null;

  constructor(subject: Subject, turns: readonly Turn[], chosen: ReadonlySet<number>, sourceLine: SourceLine) {
    this.#subject = subject;
    this.#turns = turns;
    this.#chosen = chosen;
    this.#sourceLine = sourceLine;
  }

  begin(): void {
    this.#within.clear();
  }

  /** The CPU is about to make move number `step`, from 0. */
  next(step: number, move: Move): void {
    this.performed();
    this.#step = step + 1;
    const begins = step === this.#end;
    if (begins) this.#begin();
    const chooses = kindOf(move) !== STEP && !isUnsaid(this.#subject, move);
    if (!begins && !chooses && !this.#chosen.has(step)) return;
    const told = tellMove(this.#subject, step, move, this.#sourceLine);
    this.#pending = told.access;
    if (begins || chooses) this.#told.at(-1)?.push(told);
    if (chooses || this.#chosen.has(step)) this.#shown.at(-1)?.push(told);
  }

  #begin(): void {
    this.#end += (this.#turns[this.#told.length] as Turn).length;
    for (const lists of [this.#told, this.#shown, this.#calls]) lists.push([]);
  }

  /** The move is made: what its word holds now. */
  performed(): void {
    const access = this.#pending;
    if (access !== null) access.after = this.#subject.wordAt(access.address);
    this.#pending = null;
  }

  onSyscallEnter(cpu: number): void {
    const call = this.#subject.callAt(cpu);
    if (call === null) return;
    this.#within.set(cpu, call);
    this.#noteCall(cpu, call, null);
  }

  onSyscallLeave(cpu: number, _nr: number, result: number): void {
    const call = this.#within.get(cpu);
    if (call === undefined) return;
    this.#within.delete(cpu);
    this.#noteCall(cpu, call, result);
  }

  #noteCall(cpu: number, call: ProgramCall, result: number | null): void {
    this.#calls.at(-1)?.push({ ...call, step: this.#step, task: this.#subject.taskText(cpu), result });
  }

  turns(): ToldTurn[] {
    let first = 1;
    return this.#told.map((told, i) => {
      const { cpu, length, values } = this.#turns[i] as Turn;
      const turn = { cpu, length, values, first, told, shown: this.#shown[i] ?? [], calls: this.#calls[i] ?? [] };
      first += length;
      return turn;
    });
  }
}
