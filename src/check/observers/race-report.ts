/** Two accesses that race, written up as KCSAN does: both sides, each with who, where, and the locks it held. */
import type { Access, LockLog } from './access-log.ts';
import { blamed, type Frame } from '../evidence/call-chain.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { addressText } from '../evidence/machine-state.ts';
import { accessName, lockLines, stackLines, whoText } from '../evidence/moment.ts';
import type { World } from '../evidence/observer.ts';
import { isKernelMachine } from '../evidence/variable.ts';
import { isMarked } from '../../machine/access-kinds.ts';

/** Tells of a frame whether its plain accesses count as marked. */
type Test = (frame: Frame) => boolean;

interface Side {
  readonly access: Access;
  /** `plain write`, `atomic access` ... */
  readonly what: string;
  readonly function: string;
  readonly lines: readonly string[];
}

function side(world: World, access: Access, frames: readonly Frame[], locks: LockLog, isVolatile: Test): Side {
  const { cpu, kind, step, task, value } = access;
  const marked = frames[0] !== undefined && isVolatile(frames[0]);
  const name = accessName(kind);
  const what = /read$|^write$/.test(name) && !isMarked(kind) ? `${marked ? 'marked' : 'plain'} ${name}` : name;
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

/** The finding for a race on a word, which has a name. */
export function raceFinding(
  world: World,
  address: number,
  variable: string,
  earlier: Access,
  later: Access,
  locks: LockLog,
  isVolatile: Test,
): Finding {
  const { view } = world;
  const framesOf = ({ places }: Access): Frame[] => places.map((place) => world.frame(place));
  const a = side(world, earlier, framesOf(earlier), locks, isVolatile);
  const b = side(world, later, framesOf(later), locks, isVolatile);
  const [first, second] = before(a, b) ? [a, b] : [b, a];
  const where = first.function === second.function ? first.function : `${first.function} / ${second.function}`;
  return finding(
    'data-race',
    `${first.what} of ${variable} against ${second.what}`,
    where,
    address,
    `nothing orders these accesses to ${isKernelMachine(view) ? addressText(view, address) : variable}`,
    ...a.lines,
    'and then',
    ...b.lines,
  );
}
