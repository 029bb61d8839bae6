/**
 * The built-in objects of the language and of Node's pure modules. There is one of each for all agents and all executions,
 * so what a program changes about them is put back behind each execution, and named: in it, others could have seen it.
 *
 * There are some thousands. All are looked at when a search is over, and behind an execution in which one of them was plainly
 * changed. Where something may have changed one without being seen (language/lasting.ts), all are behind a program's first
 * executions, and behind later ones those that were changed before, those with a new property that can be enumerated, as
 * one that is just written is, and some of the others in turn; without a doubt a few in turn.
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
import { addLasting, lasting } from '../language/lasting.ts';
import { AgentSharedArrayBuffer } from '../memory/places.ts';
import { isAsItWas, putBack, Reached, type Was } from './as-it-was.ts';
import './buffers.ts';
import { AgentWeakRef, NeverCollected } from './collected.ts';
import { AgentCustomEvent, AgentErrorEvent, AgentEvent, AgentMessageEvent } from './event-target.ts';
import { ENGINE_NAMES } from './global-names.ts';

/** Executions behind which all are looked at where there is a doubt, and into how many parts they are divided behind others. */
const THOROUGH = 16;
const PARTS = 64;
/** The same where there is none: of the first executions, and of the others. */
const FIRST_PARTS = 4;
const SMALL_PARTS = 1024;

const NAMED: Readonly<Record<string, unknown>> = {
  Date,
  Math,
  RegExp,
  SharedArrayBuffer: [SharedArrayBuffer, AgentSharedArrayBuffer],
  Promise: AgentPromise,
  FinalizationRegistry: NeverCollected,
  WeakRef: AgentWeakRef,
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

/** Objects of the platform that all agents have, by name. */
const ofPlatform = new Map<string, object>();

/** Says that there is one more: before anybody asks about them. */
export function isLikeBuiltIn(object: object, name: string): void {
  ofPlatform.set(name, object);
}

const { keys: keysOf } = Object;
let known: Reached | undefined;
const suspects = new Set<Was>();
/** By object: how many properties of it can be enumerated. */
let enumerable: readonly number[] = [];
let looks = 0;
let { doubts, hits } = lasting;

/** All of them, as they were when they were first asked about. */
function builtIns(): Reached {
  if (known !== undefined) return known;
  known = new Reached(() => false, addLasting);
  const engine = globalThis as unknown as Record<string, unknown>;
  for (const name of ENGINE_NAMES) if (name in engine) known.add(engine[name], name);
  for (const [name, value] of Object.entries(NAMED)) known.add(value, name);
  for (const [name, value] of ofPlatform) known.add(value, name);
  enumerable = known.all.map(({ object }) => keysOf(object).length);
  return known;
}

export const isBuiltIn = (object: object): boolean => builtIns().has(object);

/** Quick of the many that have none. */
function hasNewKey(object: object, count: number): boolean {
  if (count > 0) return keysOf(object).length !== count;
  for (const _ in object) return true;
  return false;
}

export interface Changes {
  /** Names of what was changed. */
  readonly changed: readonly string[];
  /** Of those objects the ones that cannot be put back. */
  readonly stuck: readonly string[];
}

/** Another program begins: what others have changed is put back, and nobody is told. */
export function beginWithBuiltIns(): void {
  restoreBuiltIns(true);
  looks = 0;
}

/** Puts back what was changed about them since it was last asked. */
export function restoreBuiltIns(isThorough = false): Changes {
  const { all } = builtIns();
  const isDoubted = doubts !== lasting.doubts;
  const isEarly = looks < THOROUGH;
  const isAll = isThorough || (isEarly && isDoubted) || hits !== lasting.hits;
  ({ doubts, hits } = lasting);
  const parts = isAll ? 1 : isDoubted ? PARTS : isEarly ? FIRST_PARTS : SMALL_PARTS;
  const part = looks++ % parts;
  const changed: string[] = [];
  const stuck: string[] = [];
  const look = (was: Was): void => {
    if (isAsItWas(was)) return;
    suspects.add(was);
    changed.push(...putBack(was));
    if (!isAsItWas(was)) stuck.push(was.name);
  };
  if (isAll || isDoubted) for (const was of suspects) look(was);
  for (let i = part; i < all.length; i += parts) look(all[i] as Was);
  if (isAll || !isDoubted) return { changed, stuck };
  for (let i = 0; i < all.length; i++)
    if (hasNewKey((all[i] as Was).object, enumerable[i] as number)) look(all[i] as Was);
  return { changed, stuck };
}
