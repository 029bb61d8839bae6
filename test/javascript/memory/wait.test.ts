import { describe, expect, it } from 'vitest';
import { atomic, read, write } from '../../../dist/src/javascript/memory/access.js';
import { agentsOf, drive, newWorld, stepThrough } from '../../support/agents.js';

const ints = () => new Int32Array(new SharedArrayBuffer(16));

/** What it throws, or gives. */
const said = (run: () => unknown) => {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
};

describe('Atomics.wait', () => {
  it('is woken in the order in which they came, as many as were asked for', () => {
    const view = ints();
    const ended: string[] = [];
    const waits = (name: string) =>
      function* () {
        ended.push(`${name} ${String(yield atomic('wait', [view, 0, 0], -1))}`);
      };
    const world = newWorld();
    agentsOf(world, {
      a: waits('a'),
      b: waits('b'),
      c: waits('c'),
      *wakes() {
        ended.push(`woke ${String(yield atomic('notify', [view, 0, 2], -1))}`);
      },
    });
    stepThrough(world, ['b', 'b', 'c', 'c', 'a', 'a', 'wakes', 'wakes']);
    expect(world.agents.filter((agent) => world.enabled(agent)).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(drive(world, 1)).toBe(true);
    expect(ended.sort()).toEqual(['b ok', 'c ok', 'woke 2']);
    expect(world.waitersText).toBe('a: sleeps in Atomics.wait(Int32Array[0], 0)');
  });

  it('gives not-equal at once, and timed-out when nobody can go on', () => {
    const view = ints();
    const got: unknown[] = [];
    const world = newWorld();
    agentsOf(world, {
      *a() {
        got.push(yield atomic('wait', [view, 0, 1], -1));
        got.push(yield atomic('wait', [view, 0, 0, 0], -1));
        got.push(yield atomic('wait', [view, 0, 0, 50], -1));
      },
    });
    drive(world, 1);
    expect(got).toEqual(['not-equal', 'timed-out', 'timed-out']);
    expect(world.agents[0]?.now).toBe(50);
  });

  it.each([
    ['not shared', [new Int32Array(4), 0, 0]],
    ['of no type that can be waited on', [new Int16Array(new SharedArrayBuffer(4)), 0, 0]],
    ['out of range', [ints(), 4, 0]],
    ['of the wrong type of value', [new BigInt64Array(new SharedArrayBuffer(8)), 0, 0]],
  ])('refuses a view %s as the engine does', (_, args) => {
    const wanted = said(() => Reflect.apply(Atomics.wait, Atomics, [...args, 0]));
    let got: unknown;
    const world = newWorld();
    agentsOf(world, {
      *a() {
        try {
          yield atomic('wait', args, -1);
        } catch (error) {
          got = String(error);
        }
      },
    });
    drive(world, 1);
    expect(got).toBe(wanted);
    expect(wanted).toMatch(/Error/);
  });

  it('may not be called where the main thread may not wait', () => {
    const world = newWorld();
    const view = ints();
    world.start({
      name: 'page',
      mayWait: false,
      *entry() {
        yield atomic('wait', [view, 0, 0], -1);
      },
    });
    drive(world, 1);
    expect(String(world.failure?.error)).toBe('TypeError: Atomics.wait cannot be called in this context');
  });
});

describe('Atomics.waitAsync', () => {
  it('shares the list with wait, and settles by a task of its agent', () => {
    const view = ints();
    const events: string[] = [];
    const world = newWorld();
    agentsOf(world, {
      *asks() {
        const { value } = (yield atomic('waitAsync', [view, 0, 0], -1)) as { value: PromiseLike<unknown> };
        // biome-ignore lint/suspicious/noThenProperty: asked as a promise is
        value.then((how) => void events.push(`promise ${String(how)}`));
      },
      *waits() {
        events.push(`wait ${String(yield atomic('wait', [view, 0, 0], -1))}`);
      },
      *wakes() {
        events.push(`first ${String(yield atomic('notify', [view, 0, 1], -1))}`);
        events.push(`second ${String(yield atomic('notify', [view, 0], -1))}`);
      },
      *keeps() {},
    });
    const [asks] = world.agents;
    asks?.loop.timers.set(() => undefined, 1000, false, 0);
    stepThrough(world, ['asks', 'asks', 'waits', 'waits', 'wakes', 'wakes']);
    expect(world.enabled(world.agents[1]!)).toBe(false);
    expect(drive(world, 3)).toBe(true);
    expect(events).toContain('promise ok');
    expect(events).toContain('wait ok');
    expect(events.indexOf('first 1')).toBeLessThan(events.indexOf('second 1'));
  });

  it('keeps nobody alive', () => {
    const view = ints();
    const world = newWorld();
    agentsOf(world, {
      *a() {
        yield atomic('waitAsync', [view, 0, 0], -1);
      },
    });
    drive(world, 1);
    expect(world.agents[0]?.isDone).toBe(true);
  });
});

describe('a loop that only rereads', () => {
  it('is waiting until another agent writes what it read', () => {
    const view = ints();
    const world = newWorld();
    agentsOf(world, {
      *spins() {
        const [agent] = world.agents;
        for (;;) {
          const since = agent?.performed ?? 0;
          if ((yield read(view, 0, -1)) !== 0) break;
          agent?.idle(7, since);
        }
      },
      *writes() {
        yield write(view, 1, 5, -1);
        yield write(view, 0, 5, -1);
      },
    });
    const [spins] = world.agents;
    stepThrough(world, ['spins', 'spins']);
    expect(spins?.reread).toMatchObject({ site: 7 });
    stepThrough(world, ['writes', 'writes']);
    expect(spins?.reread).toBeDefined();
    stepThrough(world, ['writes']);
    expect(spins?.reread).toBeUndefined();
    expect(drive(world, 1)).toBe(true);
  });
});
