/**
 * Time as an agent sees it: its own clock, which goes on when it waits. Looking at it takes a little, so that who loops
 * until it is later comes to an end. Each agent begins at the same date.
 */
import { current } from '../world/current.ts';

/** 2020-01-01, so that dates look like dates. */
const EPOCH = 1_577_836_800_000;
/** Milliseconds that a look takes: a power of two, so that sums are exact. */
const LOOK = 1 / 256;

export function look(): number {
  const agent = current();
  agent.now += LOOK;
  agent.effects++;
  return agent.now;
}

/** Date.now */
function now(): number {
  return EPOCH + Math.floor(look());
}

/** process.hrtime.bigint */
function nanoseconds(): bigint {
  return BigInt(Math.round(look() * 1e6));
}

/** Date: what asks for the present is answered by the agent's clock. */
export function makeDate(): DateConstructor {
  return new Proxy(Date, {
    construct(target, args, newTarget) {
      return Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date;
    },
    apply(target) {
      return new target(now()).toString();
    },
    get(target, key, self) {
      return key === 'now' ? now : (Reflect.get(target, key, self) as unknown);
    },
  });
}

export function makePerformance(): object {
  const marks = new Map<string, number>();
  return {
    timeOrigin: EPOCH,
    now: () => look(),
    mark: (name: string) => {
      marks.set(name, look());
      return { name, entryType: 'mark', startTime: marks.get(name), duration: 0 };
    },
    measure: (name: string, from?: string, to?: string) => {
      const startTime = (from === undefined ? 0 : marks.get(from)) ?? 0;
      const end = (to === undefined ? look() : marks.get(to)) ?? 0;
      return { name, entryType: 'measure', startTime, duration: end - startTime };
    },
    clearMarks: () => marks.clear(),
    clearMeasures: () => undefined,
    getEntries: () => [],
    getEntriesByName: () => [],
    getEntriesByType: () => [],
    timerify: (f: unknown) => f,
    eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
    toJSON: () => ({ timeOrigin: EPOCH }),
  };
}

/** process.hrtime, and hrtime.bigint. */
export function makeHrtime(): Function {
  const hrtime = (before?: [number, number]): [number, number] => {
    const all = nanoseconds() - (before === undefined ? 0n : BigInt(before[0]) * 1_000_000_000n + BigInt(before[1]));
    return [Number(all / 1_000_000_000n), Number(all % 1_000_000_000n)];
  };
  return Object.assign(hrtime, { bigint: nanoseconds });
}
