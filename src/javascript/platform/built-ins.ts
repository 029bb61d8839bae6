/**
 * The built-in objects of the language and of Node's pure modules. There is one of each for all agents and all executions,
 * so what a program changes about them is put back behind each execution, and named: in it, others could have seen it.
 *
 * There are some thousands. All are looked at behind the first executions and when a search is over; in between those that
 * were changed before, and some of the others in turn.
 */
import assert from 'node:assert';
import buffer from 'node:buffer';
import path from 'node:path';
import querystring from 'node:querystring';
import { StringDecoder } from 'node:string_decoder';
import url from 'node:url';
import util from 'node:util';
import {
  asyncFunctionPrototype,
  asyncGeneratorFunctionPrototype,
  asyncGeneratorPrototype,
} from '../language/async-generators.ts';
import { generatorFunctionPrototype, generatorPrototype } from '../language/generators.ts';
import { AgentPromise } from '../language/promise/constructor.ts';
import { isAsItWas, putBack, Reached, type Was } from './as-it-was.ts';
import { AgentCustomEvent, AgentErrorEvent, AgentEvent, AgentMessageEvent } from './event-target.ts';
import { ENGINE_NAMES } from './global-names.ts';

/** Executions behind which all are looked at, and into how many parts they are divided behind the others. */
const THOROUGH = 8;
const PARTS = 64;

const NAMED: Readonly<Record<string, unknown>> = {
  Date,
  Math,
  RegExp,
  SharedArrayBuffer,
  Promise: AgentPromise,
  Event: AgentEvent,
  MessageEvent: AgentMessageEvent,
  CustomEvent: AgentCustomEvent,
  ErrorEvent: AgentErrorEvent,
  GeneratorFunction: [generatorFunctionPrototype, generatorPrototype],
  AsyncFunction: asyncFunctionPrototype,
  AsyncGeneratorFunction: [asyncGeneratorFunctionPrototype, asyncGeneratorPrototype],
  iterators: [[].values(), new Map().keys(), new Set().keys(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)],
  generators: [function* () {}, async function* () {}],
  arguments: (function (..._all: unknown[]) {
    return arguments;
  })(),
  assert,
  buffer,
  path,
  querystring,
  StringDecoder,
  url,
  util,
};

let known: Reached | undefined;
const suspects = new Set<Was>();
let looks = 0;

/** All of them, as they were when they were first asked about. */
function builtIns(): Reached {
  if (known !== undefined) return known;
  known = new Reached(() => false);
  const engine = globalThis as unknown as Record<string, unknown>;
  for (const name of ENGINE_NAMES) if (name in engine) known.add(engine[name], name);
  for (const [name, value] of Object.entries(NAMED)) known.add(value, name);
  return known;
}

export const isBuiltIn = (object: object): boolean => builtIns().has(object);

export interface Changes {
  /** Names of what was changed. */
  readonly changed: readonly string[];
  /** Of those objects the ones that cannot be put back. */
  readonly stuck: readonly string[];
}

/** Puts back what was changed about them since it was last asked. */
export function restoreBuiltIns(isThorough = false): Changes {
  const { all } = builtIns();
  const part = looks++ % PARTS;
  const isAll = isThorough || looks <= THOROUGH;
  const changed: string[] = [];
  const stuck: string[] = [];
  const look = (was: Was): void => {
    if (isAsItWas(was)) return;
    suspects.add(was);
    changed.push(...putBack(was));
    if (!isAsItWas(was)) stuck.push(was.name);
  };
  for (const was of suspects) look(was);
  for (let i = isAll ? 0 : part; i < all.length; i += isAll ? 1 : PARTS) look(all[i] as Was);
  return { changed, stuck };
}
