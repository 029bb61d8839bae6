/** process.stdout and process.stderr of an agent, and its console over them. */
import type { Running } from '../operation.ts';
import { Send } from '../world/channel.ts';
import { callBack, leavable } from '../world/leave.ts';
import { type Line, makeConsole } from './console.ts';
import type { Realm } from './realm.ts';

type Name = Line['stream'];
type Method = (...args: unknown[]) => unknown;

interface Stream {
  /** Put there by a program that takes what is printed elsewhere. */
  _writev?: unknown;
  [name: string]: unknown;
}

/** What is written is sent to its maker where a worker was started so; else it is kept with everybody's lines. */
export function makeStream(realm: Realm, name: Name): object {
  const { agent, shared, started } = realm;
  const stream = Object.create((realm.EventEmitter as { prototype: object }).prototype) as Stream;
  const write = function* (chunk: unknown, rest: readonly unknown[], site: number): Running {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
    const done = rest.findLast((one) => typeof one === 'function');
    if (typeof stream._writev === 'function') {
      yield* callBack(stream._writev, stream, [[{ chunk: text, encoding: 'utf8' }], done ?? (() => undefined)], site);
      return true;
    }
    if (started?.prints.has(name) === true) yield new Send(started.news, { kind: name, value: text }, site);
    else shared.output.write(name, text.replace(/\n$/, ''));
    if (done !== undefined) agent.loop.ticks.push(() => callBack(done, undefined, []));
    return true;
  };
  Object.assign(stream, {
    write: leavable('write', 3, ({ args: [chunk, ...rest], site }) => write(chunk, rest, site)),
    isTTY: false,
    fd: name === 'stdout' ? 1 : 2,
    writable: true,
    writableLength: 0,
    writableNeedDrain: false,
  });
  return stream;
}

/** console: its lines are written to what the process prints with, as it is then. */
export function makeOwnConsole(realm: Realm, process: () => Record<string, unknown>): Record<string, Method> {
  const lines: Omit<Line, 'agent'>[] = [];
  const collect = { write: (stream: Name, text: string) => void lines.push({ stream, text }) };
  const methods = makeConsole(collect, () => realm.agent.now);
  const own = Object.entries(methods).map(([name, method]) => [
    name,
    leavable(name, method.length, function* ({ args, site }): Running {
      method(...args);
      for (const { stream, text } of lines.splice(0)) {
        const into = process()[stream] as Stream;
        yield* callBack(into['write'], into, [`${text}\n`], site);
      }
      return undefined;
    }),
  ]);
  return Object.fromEntries(own) as Record<string, Method>;
}
