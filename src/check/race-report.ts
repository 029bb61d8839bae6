/** Two accesses that race, written up as KCSAN does: both sides, each with who, where, and the locks it held. */
import type { Access, LockLog } from './access-log.ts';
import { isBenign } from './benign-races.ts';
import { blamed } from './call-chain.ts';
import { type Finding, finding } from './finding.ts';
import { addressText } from './machine-state.ts';
import { accessName, lockLines, stackLines, whoText } from './moment.ts';
import type { World } from './observer.ts';
import { isKernelMachine, isUserMemory, variableName } from './variable.ts';
import { isAtomic, isMarked } from '../stepper/primitives.ts';

interface Side {
  readonly access: Access;
  /** `plain write`, `atomic access` ... */
  readonly what: string;
  readonly function: string;
  readonly lines: readonly string[];
}

function side(world: World, access: Access, marked: boolean, locks: LockLog): Side {
  const { cpu, kind, step, task, value } = access;
  const frames = access.places.map((place) => world.frame(place));
  const name = accessName(kind);
  const what = isMarked(kind) || isAtomic(kind) ? name : marked ? `marked ${name}` : `plain ${name}`;
  const held = `the word held 0x${(value >>> 0).toString(16)}`;
  return {
    access,
    what,
    function: blamed(frames),
    lines: [
      `${what} by ${whoText(world, cpu, task, step)}, ${held}`,
      ...lockLines(world, locks.heldAt(cpu, step)),
      ...stackLines(frames),
    ],
  };
}

/** By name of the function, then by what it did: the same order whichever came first. */
const before = (a: Side, b: Side): boolean => (a.function === b.function ? a.what <= b.what : a.function < b.function);

/**
 * The finding for a race on a word, or undefined for one that is meant to be. `isVolatile` tells of a place whether its
 * plain accesses count as marked.
 */
export function raceFinding(
  world: World,
  address: number,
  earlier: Access,
  later: Access,
  locks: LockLog,
  isVolatile: (place: number) => boolean,
): Finding | undefined {
  const { view } = world;
  if (isUserMemory(view, address)) return undefined;
  const sides = [earlier, later].map((one) => side(world, one, isVolatile(one.places[0] ?? -1), locks));
  const [a, b] = sides as [Side, Side];
  const variable = variableName(view, address);
  if (isKernelMachine(view) && isBenign(variable, a.function, b.function)) return undefined;
  const [first, second] = before(a, b) ? [a, b] : [b, a];
  const where = first.function === second.function ? first.function : `${first.function} / ${second.function}`;
  return finding(
    'data-race',
    `${first.what} of ${variable} against ${second.what}`,
    where,
    address,
    `word ${isKernelMachine(view) ? addressText(view, address) : variable}, nothing orders:`,
    ...a.lines,
    'and then',
    ...b.lines,
  );
}
