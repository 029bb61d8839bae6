/** node:process of an agent, and its manners: what it does about errors and at its end. */
import { inspect } from 'node:util';
import { OwnFault } from '../error.ts';
import type { Running } from '../operation.ts';
import { ExitError } from '../world/exit.ts';
import type { Failed, Manners } from '../world/manners.ts';
import { abandon, type End, Send } from '../world/channel.ts';
import { codeError, type Packed, pack, unpack } from '../world/clone.ts';
import { deathTouches, type Mortal } from '../world/ending.ts';
import { callBack, leavable } from '../world/leave.ts';
import { makeHrtime } from './clock.ts';
import { wrongCallback, wrongType } from './errors.ts';
import { emit, hide, listenersOf } from './events.ts';
import { ports } from './ports.ts';
import { makeStream } from './printing.ts';
import type { Realm } from './realm.ts';
import { refuse } from './refused.ts';

/** What Node ends with when nothing is left that a module could be waiting for at its top; listeners are told otherwise. */
const UNSETTLED = 13;

interface Process {
  exitCode: number | undefined;
  [name: string]: unknown;
}

export function makeProcess(realm: Realm): Process {
  const { agent, shared, started } = realm;
  const process = Object.create((realm.EventEmitter as { prototype: object }).prototype) as Process;
  Object.assign(process, {
    env: variablesOf(realm),
    argv: ['/usr/bin/node', shared.main, ...(started?.argv ?? [])],
    execArgv: [...(started?.execArgv ?? [])],
    execPath: '/usr/bin/node',
    title: 'node',
    pid: 1,
    ppid: 0,
    platform: 'linux',
    arch: 'x64',
    version: 'v20.20.2',
    versions: { node: '20.20.2', v8: '11.3.244.8-node.38', uv: '1.46.0', modules: '115' },
    release: { name: 'node' },
    features: {},
    config: { variables: {} },
    exitCode: undefined,
    stdout: makeStream(realm, 'stdout'),
    stderr: makeStream(realm, 'stderr'),
    cwd: () => shared.cwd,
    chdir: refusedBy('chdir'),
    kill: refusedBy('kill'),
    abort: refusedBy('abort'),
    umask: () => 0o022,
    uptime: () => agent.now / 1000,
    hrtime: makeHrtime(),
    memoryUsage: Object.assign(() => ({ rss: 5e7, heapTotal: 1e7, heapUsed: 5e6, external: 1e6, arrayBuffers: 1e4 }), {
      rss: () => 5e7,
    }),
    cpuUsage: () => ({ user: 0, system: 0 }),
    resourceUsage: () => ({}),
    emitWarning: (warning: unknown) => {
      const text = warning instanceof Error ? `${warning.name}: ${warning.message}` : `Warning: ${String(warning)}`;
      shared.output.write('stderr', `(node:1) ${text}`);
    },
    _rawDebug: (text: unknown) => shared.output.write('stderr', String(text)),
    setUncaughtExceptionCaptureCallback: refusedBy('setUncaughtExceptionCaptureCallback'),
    hasUncaughtExceptionCaptureCallback: () => false,
    binding: refusedBy('binding'),
    nextTick: (f: unknown, ...args: unknown[]) => {
      if (typeof f !== 'function') throw wrongCallback(f);
      agent.loop.ticks.push(() => callBack(f, undefined, args));
    },
    exit: leavable('exit', 1, ({ args: [code] }) => {
      if (code !== undefined && code !== null && !Number.isInteger(Number(code)))
        throw wrongType('code', 'of type number', code);
      if (code !== undefined && code !== null) process.exitCode = Number(code);
      const ends = Number(process.exitCode ?? 0);
      return agent.exit(ends, new ExitError(ends));
    }),
  });
  Object.defineProperty(process, 'stdin', {
    get: () => refuse('process.stdin is not there: explored code reads nothing from outside of its program'),
    enumerable: false,
    configurable: true,
  });
  hide(process, Symbol.toStringTag, 'process');
  agent.manners = mannersOf(realm, process);
  return process;
}

/** Its environment: empty, but for what its maker had or gave. What is put there becomes a text. */
export function variablesOf(realm: Realm): object {
  return realm.once(
    'env',
    () =>
      new Proxy(
        { ...realm.started?.env },
        {
          set: (all, key, value) => Reflect.set(all, textKey(key), String(value)),
          defineProperty: (all, key, property) =>
            Reflect.defineProperty(all, textKey(key), { ...property, value: String(property.value) }),
        },
      ),
  );
}

function textKey(key: PropertyKey): PropertyKey {
  if (typeof key === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
  return key;
}

function refusedBy(name: string): () => never {
  return () => refuse(`process.${name} is not there: explored code touches nothing outside of its program`);
}

function mannersOf({ agent, started }: Realm, process: Process): Manners {
  return {
    *uncaught(error, origin): Running<boolean> {
      yield* emit(process, 'uncaughtExceptionMonitor', [error, origin]);
      return yield* emit(process, 'uncaughtException', [error, origin]);
    },
    *rejected(promise, reason): Running<boolean> {
      if (listenersOf(process, 'unhandledRejection').length === 0) return false;
      return yield* emit(process, 'unhandledRejection', [reason, promise]);
    },
    *beforeExit(): Running {
      return yield* emit(process, 'beforeExit', [process.exitCode ?? 0]);
    },
    *exit(code, end): Running<number> {
      process._exiting = true;
      const told = process.exitCode ?? code;
      process.exitCode ??= end === 'at rest' && agent.isUnsettled() ? UNSETTLED : code;
      yield* emit(process, 'exit', [told]);
      return Number(process.exitCode ?? code);
    },
    *failed(failure): Running {
      if (started !== undefined) yield new Send(started.news, { kind: 'error', value: packError(failure) }, -1);
      return undefined;
    },
    *ended(code): Running {
      return started === undefined ? undefined : yield* sayExit(started.end, code, agent);
    },
  };
}

/** What a worker, or who clears away behind it, does last: its maker is told, and it gets no more. */
export function* sayExit(end: End, code: number, by: Mortal): Running {
  yield new Send(end, { kind: 'exit', value: code }, -1, deathTouches(by));
  return yield* abandon(end.closeAsIs());
}

/** What a worker died of, as its maker gets it: an error with all that it holds, as far as that can be sent. */
function packError({ error, kind }: Failed): Packed {
  const given = kind === 'rejection' && !(error instanceof Error) ? rejectionOf(error) : error;
  const own: Record<string, unknown> = {};
  if (given instanceof Error) {
    // Node asks for the name first, as a property that all errors have.
    for (const key of keysOf(given).sort((a, b) => Number(b === 'name') - Number(a === 'name'))) {
      const value = sent(() => (given as unknown as Record<string, unknown>)[key]);
      if (value !== undefined) own[key] = value.root;
    }
  }
  if (typeof given === 'symbol') return { root: { error: given, own }, ends: [] };
  const { root } = sent(() => given) ?? pack(inspect(given), [], ports);
  return { root: { error: root, own }, ends: [] };
}

function keysOf(error: Error): string[] {
  try {
    return Object.keys(error);
  } catch {
    // A proxy that does not tell.
    return [];
  }
}

/** Undefined for what cannot be sent, or cannot be had. Throws OwnFault. */
function sent(get: () => unknown): Packed | undefined {
  try {
    return pack(get(), [], ports);
  } catch (error) {
    if (error instanceof OwnFault) throw error;
    return undefined;
  }
}

/** That error again. */
export function unpackError(packed: Packed, portOf: (end: End) => object): unknown {
  const { error, own } = unpack(packed, portOf).value as { error: unknown; own: object };
  return typeof error === 'object' && error !== null ? Object.assign(error, own) : error;
}

function rejectionOf(reason: unknown): Error {
  const text =
    'This error originated either by throwing inside of an async function without a catch block, or by rejecting a ' +
    `promise which was not handled with .catch(). The promise rejected with the reason "${reasonText(reason)}".`;
  const name = { value: 'UnhandledPromiseRejection', writable: true, enumerable: true, configurable: true };
  return Object.defineProperty(codeError(Error, 'ERR_UNHANDLED_REJECTION', text), 'name', name);
}

/** As the engine names a value, which calls nothing of the program but getters. */
function reasonText(reason: unknown): string {
  if (typeof reason !== 'object' || reason === null) return String(reason);
  try {
    const { toString, constructor } = reason;
    if (toString === Object.prototype.toString && typeof constructor === 'function') return `#<${constructor.name}>`;
    return Object.prototype.toString.call(reason);
  } catch {
    return '[object Object]';
  }
}
