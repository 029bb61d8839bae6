/** console: lines of all agents, in the order in which they were written. */
import { formatWithOptions, inspect } from 'node:util';
import { NOTHING } from '../language/lasting.ts';
import { stampReach } from '../language/stamps.ts';
import { current } from '../world/current.ts';

export interface Line {
  readonly agent: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a program has printed. Longer output is cut: it is for people. */
export class Output {
  readonly lines: Line[] = [];
  readonly most: number;
  isCut = false;

  constructor(most = 10_000) {
    this.most = most;
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    if (this.lines.length >= this.most) this.isCut = true;
    else this.lines.push({ agent: current().name, stream, text });
  }
}

type Method = (...args: unknown[]) => void;

export function makeConsole(output: Pick<Output, 'write'>, now: () => number): Record<string, Method> {
  let indent = '';
  const counts = new Map<string, number>();
  const times = new Map<string, number>();
  const print = (stream: 'stdout' | 'stderr', args: unknown[]): void => {
    const text = formatWithOptions({ colors: false }, ...args);
    output.write(stream, indent === '' ? text : text.replaceAll(/^/gm, indent));
  };
  const out: Method = (...args) => print('stdout', args);
  const err: Method = (...args) => print('stderr', args);
  for (const one of [out, err]) stampReach(one, NOTHING);
  const elapsed = (label: string, args: unknown[]): void => {
    const from = times.get(label);
    if (from !== undefined) print('stdout', [`${label}: ${now() - from}ms`, ...args]);
  };
  const deepen: Method = (...args) => {
    if (args.length > 0) print('stdout', args);
    indent += '  ';
  };
  return {
    log: out,
    info: out,
    debug: out,
    error: err,
    warn: err,
    trace: (...args) => print('stderr', [`Trace: ${formatWithOptions({}, ...args)}`]),
    dir: (value, options) => print('stdout', [inspect(value, options as object)]),
    dirxml: out,
    table: (value) => print('stdout', [value]),
    assert: (holds, ...args) => {
      if (!holds)
        print(
          'stderr',
          args.length > 0 ? [`Assertion failed: ${formatWithOptions({}, ...args)}`] : ['Assertion failed'],
        );
    },
    count: (label = 'default') => {
      const n = (counts.get(String(label)) ?? 0) + 1;
      counts.set(String(label), n);
      print('stdout', [`${String(label)}: ${n}`]);
    },
    countReset: (label = 'default') => void counts.delete(String(label)),
    group: deepen,
    groupCollapsed: deepen,
    groupEnd: () => {
      indent = indent.slice(2);
    },
    time: (label = 'default') => void times.set(String(label), now()),
    timeLog: (label = 'default', ...args) => elapsed(String(label), args),
    timeEnd: (label = 'default') => {
      elapsed(String(label), []);
      times.delete(String(label));
    },
    timeStamp: () => undefined,
  };
}
