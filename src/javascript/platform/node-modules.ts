/** Modules of Node, by name: those of the platform, those that are pure and the engine's own, and no others. */
import assert from 'node:assert';
import buffer from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import querystring from 'node:querystring';
import { StringDecoder } from 'node:string_decoder';
import url from 'node:url';
import util from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { absentModule } from './absent.ts';
import { makeAsyncHooks } from './async-hooks.ts';
import { filling, makeChance } from './chance.ts';
import { makePerformance } from './clock.ts';
import { makeFiles } from './files.ts';
import { globalsOf, threads, timersOf } from './globals.ts';
import { makeProcess } from './process.ts';
import type { Realm } from './realm.ts';
import { refusedFunction } from './refused.ts';
import { makeTimerPromises } from './timers.ts';

const BY_HAND = 'is not there: write the promise out';

type Maker = (realm: Realm) => unknown;

const makers: Readonly<Record<string, Maker>> = {
  worker_threads: threads,
  events: (realm) => realm.EventEmitter,
  fs: makeFiles,
  process: (realm) => realm.once('process', () => makeProcess(realm)),
  timers: timersOf,
  'timers/promises': (realm) => realm.kept('timers/promises', () => makeTimerPromises(timersOf(realm))),
  perf_hooks: (realm) => {
    const performance = realm.once('performance', makePerformance);
    return {
      ...absentModule('perf_hooks'),
      performance,
      createHistogram: histogram,
      monitorEventLoopDelay: histogram,
      constants: {},
    };
  },
  async_hooks: (realm) => realm.kept('async_hooks', makeAsyncHooks),
  console: (realm) => globalsOf(realm).console,
  assert: () => assert,
  'assert/strict': () => assert.strict,
  buffer: () => buffer,
  path: () => path,
  'path/posix': () => path.posix,
  'path/win32': () => path.win32,
  url: () => url,
  querystring: () => querystring,
  string_decoder: () => ({ StringDecoder }),
  util: () => ({
    ...util,
    promisify: refusedFunction(`util.promisify ${BY_HAND}`),
    callbackify: refusedFunction(`util.callbackify ${BY_HAND}`),
  }),
  'util/types': () => util.types,
  v8: () => ({ ...absentModule('v8'), serialize, deserialize }),
  tty: () => ({ ...absentModule('tty'), isatty: () => false }),
  os: () => ({
    ...absentModule('os'),
    EOL: os.EOL,
    constants: os.constants,
    cpus: () => Array.from({ length: 4 }, () => ({ model: 'one', speed: 1000, times: {} })),
    availableParallelism: () => 4,
    platform: () => 'linux',
    type: () => 'Linux',
    arch: () => 'x64',
    hostname: () => 'localhost',
    tmpdir: () => '/tmp',
    homedir: () => '/',
    endianness: () => os.endianness(),
    totalmem: () => 2 ** 33,
    freemem: () => 2 ** 32,
    uptime: () => 0,
    loadavg: () => [0, 0, 0],
  }),
  crypto: (realm) => {
    const chance = realm.once('chance', () => makeChance(realm.agent, realm.shared.seed));
    return {
      ...absentModule('crypto'),
      ...chance.crypto,
      webcrypto: chance.crypto,
      createHash,
      timingSafeEqual,
      randomFillSync: filling('randomFillSync', chance.bytes),
      randomBytes: (n: number) => chance.bytes(Buffer.alloc(n)),
      randomInt: (least: number, most?: number) => {
        const [from, to] = most === undefined ? [0, least] : [least, most];
        return from + Math.floor(chance.Math.random() * (to - from));
      },
    };
  },
  diagnostics_channel: () => {
    const channel = {
      hasSubscribers: false,
      publish: () => undefined,
      subscribe: () => undefined,
      unsubscribe: () => false,
    };
    return {
      ...absentModule('diagnostics_channel'),
      channel: () => channel,
      tracingChannel: () => ({ hasSubscribers: false, ...untraced }),
      hasSubscribers: () => false,
      subscribe: () => undefined,
      unsubscribe: () => false,
    };
  },
};

const untraced = Object.fromEntries(
  ['traceSync', 'tracePromise', 'traceCallback', 'subscribe'].map((name) => [
    name,
    refusedFunction(`tracingChannel.${name} is not there: ask hasSubscribers first`),
  ]),
);

const histogram = (): object => ({
  record: () => undefined,
  enable: () => true,
  disable: () => true,
  min: 0,
  max: 0,
  mean: 0,
});

/** The name of a module of Node without its prefix; undefined for one that is none. */
export function nodeModuleName(specifier: string): string | undefined {
  const bare = specifier.startsWith('node:') ? specifier.slice(5) : specifier;
  return specifier.startsWith('node:') || bare in makers || known.has(bare) ? bare : undefined;
}

/** The module as an agent has it; of what reaches out of the program what can be imported, and not be used. */
export function nodeModule(realm: Realm, name: string): unknown {
  const make = makers[name];
  if (make === undefined) return realm.kept(`node:${name}`, () => absentModule(name));
  return realm.once(`node:${name}`, () => make(realm));
}

const known = new Set([
  'child_process',
  'cluster',
  'constants',
  'dgram',
  'dns',
  'domain',
  'fs',
  'fs/promises',
  'http',
  'http2',
  'https',
  'inspector',
  'module',
  'net',
  'punycode',
  'readline',
  'readline/promises',
  'repl',
  'stream',
  'stream/promises',
  'stream/web',
  'sys',
  'tls',
  'trace_events',
  'tty',
  'v8',
  'vm',
  'wasi',
  'zlib',
]);
