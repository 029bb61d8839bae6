/** An execution as words of RAM that are read and written, move by move: what its accesses have to do with each other. */
import type { Footprint } from '../subject/footprint.ts';
import { Replay } from '../strategies/replay.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import { Runner } from '../run/runner.ts';
import type { Subject } from '../subject/subject.ts';

export interface Flow {
  /** The moves that were made, and the footprint of each (subject/footprint.ts). */
  readonly moves: Uint16Array;
  readonly footprints: readonly Footprint[];
  /** Whether a program's own system call makes the move; of a module every one is its own. */
  readonly isOwn: readonly boolean[];
  readonly isKernel: boolean;
  /** Of each move what it was: the kind of access and its address. */
  readonly kinds: readonly number[];
  readonly addresses: readonly number[];
  /** What CPUs were about to do when all moves were made, but for one that has failed. */
  readonly pending: readonly PendingMove[];
  /** Words for which one of them waits. */
  readonly awaited: ReadonlySet<number>;
}

export interface PendingMove {
  readonly cpu: number;
  readonly footprint: Footprint;
  readonly kind: number;
  readonly address: number;
  readonly waits: boolean;
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
  const [kinds, addresses]: [number[], number[]] = [[], []];
  const isOwn: boolean[] = [];
  const { machine } = subject;
  const of = subject.footprints(new Set());
  const isKernel = subject.profile !== null;
  const isOwnNow = (cpu: number): boolean => !isKernel || subject.callAt(cpu) !== null;
  const strategy = telling(moves, (move) => {
    const cpu = cpuOf(move);
    footprints.push(of.of(cpu));
    kinds.push(machine.kind(cpu));
    addresses.push(machine.address(cpu));
    isOwn.push(isOwnNow(cpu));
  });
  const outcome = new Runner(subject, []).run(strategy, 0);
  const steps = outcome?.steps ?? 0;
  const failed = outcome?.bugs.find(({ cpu }) => cpu >= 0)?.cpu ?? -1;
  const pending: PendingMove[] = [];
  for (let cpu = 0; cpu < subject.cpus; cpu++) {
    if (cpu === failed || machine.isIdle(cpu)) continue;
    const [kind, address] = [machine.kind(cpu), machine.address(cpu)];
    const waits = !machine.enabled(cpu) && isOwnNow(cpu);
    pending.push({ cpu, footprint: of.inTurn(cpu), kind, address, waits });
  }
  const awaited = new Set(pending.flatMap((one) => (one.waits ? one.footprint.map((key) => key >> 1) : [])));
  return { moves: moves.slice(0, steps), footprints, isOwn, isKernel, kinds, addresses, pending, awaited };
}
