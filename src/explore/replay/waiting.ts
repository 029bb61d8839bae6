/** Of an execution in which nobody can go on: who waits for what, and who could have let it through. */
import { FUTEX_SLEEP, FUTEX_WAKE, GIVEN_BACK, FREED } from '../../machine/access.ts';
import { isLock, LOCK } from '../../machine/access-kinds.ts';
import { cpuOf } from '../../stepped/move.ts';
import { Runner } from '../run/runner.ts';
import type { Subject } from '../subject/subject.ts';
import { type Flow, type PendingMove, telling } from './flow.ts';
import type { SourceLine } from './source-lines.ts';
import { tellMove, type ToldMove } from './told-move.ts';

export interface Waiting {
  readonly cpu: number;
  /** What it is at. */
  readonly at: ToldMove;
  /** `lock`: `by` holds it. `sleep`: `by` was the last to wake sleepers there. `change`: `by` wrote the word last. */
  readonly what: 'lock' | 'sleep' | 'change';
  /** Null when there was nobody. */
  readonly by: ToldMove | null;
  /** Of a sleeper: when it fell asleep. */
  readonly since: number | null;
}

/** One for each CPU that waits; none when some CPU can go on. The machine has to stand at the end, and is left there. */
export function waitingOf(subject: Subject, flow: Flow, sourceLine: SourceLine): Waiting[] {
  const { pending, moves } = flow;
  const waits = pending.filter((one) => one.waits);
  if (waits.length === 0 || !subject.machine.moves().isEmpty) return [];
  const changed = changesOf(subject, flow, waits);
  const causes = waits.map((one) => causeOf(flow, one, changed));
  const wanted = new Set(causes.map(({ by }) => by));
  const told = new Map<number, ToldMove>();
  const strategy = telling(moves, (move, step) => {
    if (wanted.has(step)) told.set(step, tellMove(subject, step, move, sourceLine));
  });
  new Runner(subject, []).run(strategy, 0);
  return waits.map(({ cpu }, i) => {
    const { what, by = -1, since = null } = causes[i] ?? { what: 'change' };
    return { cpu, at: tellMove(subject, moves.length, cpu, sourceLine), what, by: told.get(by) ?? null, since };
  });
}

interface Cause {
  readonly what: Waiting['what'];
  readonly by: number;
  readonly since: number | null;
}

/** The last move that changed what the word of each of them holds. */
function changesOf(subject: Subject, { moves }: Flow, waits: readonly PendingMove[]): ReadonlyMap<number, number> {
  const held = new Map<number, number | null>();
  const changed = new Map<number, number>();
  const look = (behind: number): void => {
    for (const { address } of waits) {
      const now = subject.wordAt(address);
      if (held.has(address) && held.get(address) !== now) changed.set(address, behind);
      held.set(address, now);
    }
  };
  new Runner(subject, []).run(
    telling(moves, (_, step) => look(step - 1)),
    0,
  );
  look(moves.length - 1);
  return changed;
}

function causeOf(flow: Flow, { cpu, kind, address }: PendingMove, changed: ReadonlyMap<number, number>): Cause {
  const { moves, kinds, addresses } = flow;
  const last = (test: (step: number) => boolean): number => {
    for (let step = moves.length - 1; step >= 0; step--) if (test(step)) return step;
    return -1;
  };
  const kindAt = (step: number): number => kinds[step] as number;
  const here = (step: number): boolean => addresses[step] === address;
  if (isLock(kind)) return { what: 'lock', by: holderOf(flow, address), since: null };
  if (kind === FUTEX_SLEEP) {
    const since = last((step) => here(step) && cpuOf(moves[step] as number) === cpu);
    return { what: 'sleep', by: last((step) => here(step) && kindAt(step) === FUTEX_WAKE), since: since + 1 };
  }
  return { what: 'change', by: changed.get(address) ?? -1, since: null };
}

/** The last to take a lock that was not given back by its CPU since; -1 for nobody. */
function holderOf({ moves, kinds, addresses }: Flow, lock: number): number {
  const gaveBack = new Set<number>();
  for (let step = moves.length - 1; step >= 0; step--) {
    if (addresses[step] !== lock) continue;
    const [cpu, kind] = [cpuOf(moves[step] as number), kinds[step] as number];
    if (LOCK[kind] === FREED || LOCK[kind] === GIVEN_BACK) gaveBack.add(cpu);
    else if (isLock(kind) && !gaveBack.has(cpu)) return step;
  }
  return -1;
}
