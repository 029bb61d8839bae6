/** An execution as words of RAM that are read and written, move by move: what its accesses have to do with each other. */
import { type Footprint, Footprints } from '../strategies/footprint.ts';
import { Replay } from '../strategies/replay.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import { Runner } from '../run/runner.ts';
import type { Subject } from '../subject/subject.ts';

export interface Flow {
  /** The moves that were made, and the footprint of each (strategies/footprint.ts). */
  readonly moves: Uint16Array;
  readonly footprints: readonly Footprint[];
  /** Whether a program's own system call makes the move; of a module every one is its own. */
  readonly isOwn: readonly boolean[];
  readonly isKernel: boolean;
  /** Words for which a CPU waits when all moves are made. */
  readonly awaited: ReadonlySet<number>;
}

/** Something to do in front of each move, with its number from 0. */
export type BeforeMove = (move: Move, step: number) => void;

/** A strategy that performs exactly these moves and tells of each before it is made. */
export function telling(moves: Uint16Array, before: BeforeMove): Strategy {
  const replay = new Replay(moves, true);
  return {
    begin: () => replay.begin(),
    choose: (able, step) => {
      const move = replay.choose(able, step);
      if (move >= 0) before(move, step);
      return move;
    },
    end: () => true,
    exhausted: false,
    facts: () => ({}),
  };
}

/** Performs the moves again. The machine is left where they end. */
export function flowOf(subject: Subject, moves: Uint16Array): Flow {
  const footprints: Footprint[] = [];
  const isOwn: boolean[] = [];
  const of = new Footprints(subject.machine, new Set());
  const isKernel = subject.profile !== null;
  const isOwnNow = (cpu: number): boolean => !isKernel || subject.callAt(cpu) !== null;
  const strategy = telling(moves, (move) => {
    const cpu = cpuOf(move);
    footprints.push(of.of(cpu));
    isOwn.push(isOwnNow(cpu));
  });
  const steps = new Runner(subject, []).run(strategy, 0)?.steps ?? 0;
  const { machine, cpus } = subject;
  const waiting = Array.from({ length: cpus }, (_, cpu) => cpu).filter(
    (cpu) => !machine.isIdle(cpu) && !machine.enabled(cpu) && isOwnNow(cpu),
  );
  const awaited = new Set(waiting.flatMap((cpu) => of.of(cpu).map((key) => key >> 1)));
  return { moves: moves.slice(0, steps), footprints, isOwn, isKernel, awaited };
}
