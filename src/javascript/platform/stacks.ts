/**
 * Stacks as the program sees them: its own functions, with the files and lines that it has in Node, in the engine's format.
 * Between them lie functions of ours, and each that can be left lies there twice. Columns are those of the twin, and are not
 * told: they are 1. Whoever asks from outside of a program, as a report does, gets what there is.
 */
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { running } from '../agent.ts';
import { sourceTexts } from '../texts.ts';
import { isModuleNow } from './programs.ts';
import { Realm } from './realm.ts';
import { refuse } from './refused.ts';

type Prepare = (error: unknown, sites: readonly unknown[]) => unknown;

const headOf = Error.prototype.toString;

/** Frames that the engine takes down, and what it would take down in Node. */
const MANY = 50;
const USUAL = 10;

/** What a program knows of a place in a stack. */
class CallSite {
  readonly #file: string;
  readonly #line: number | null;
  readonly #name: string | null;

  constructor(site: NodeJS.CallSite) {
    const file = site.getFileName() as string;
    this.#file = shownFile(file);
    this.#line = site.getLineNumber();
    this.#name = ownName(site.getFunctionName());
  }

  getFileName(): string {
    return this.#file;
  }

  getScriptNameOrSourceURL(): string {
    return this.#file;
  }

  getLineNumber(): number | null {
    return this.#line;
  }

  getColumnNumber(): number {
    return 1;
  }

  getFunctionName(): string | null {
    return this.#name;
  }

  getMethodName(): null {
    return null;
  }

  getTypeName(): null {
    return null;
  }

  getThis(): undefined {
    return undefined;
  }

  getFunction(): undefined {
    return undefined;
  }

  getEvalOrigin(): undefined {
    return undefined;
  }

  getPromiseIndex(): null {
    return null;
  }

  isToplevel(): boolean {
    return true;
  }

  isEval(): boolean {
    return false;
  }

  isNative(): boolean {
    return false;
  }

  isConstructor(): boolean {
    return false;
  }

  isAsync(): boolean {
    return false;
  }

  isPromiseAll(): boolean {
    return false;
  }

  toString(): string {
    const place = `${this.#file}:${this.#line}:1`;
    return this.#name === null ? place : `${this.#name} (${place})`;
  }
}

/** Of a module a URL, of what a worker was given as a text the name that Node has for it. */
function shownFile(file: string): string {
  if (basename(file) === '[worker eval]') return '[worker eval]';
  return file.startsWith('/') && isModuleNow(file) ? pathToFileURL(file).href : file;
}

/** A name without what the twin adds to it. */
function ownName(name: string | null): string | null {
  const own = name?.replace(/\${2,}\d*/g, '').replace(/^\[(.*)\]$/, '$1') ?? '';
  return own === '' ? null : own;
}

/** By object, the name of the function whose callers its stack is to begin with: of ours none lies in a stack itself. */
const tops = new WeakMap<object, string>();

/** What the program has set, by its realm. */
const prepares = new WeakMap<Realm, Prepare>();

/** What was set where no program runs. */
let outside: unknown;

function realmNow(): Realm | undefined {
  const realm = (running.agent as { realm?: unknown } | undefined)?.realm;
  return realm instanceof Realm ? realm : undefined;
}

function textOf(error: unknown, frames: readonly unknown[]): string {
  return [headOf.call(error), ...frames.map((one) => `    at ${String(one)}`)].join('\n');
}

/** What the engine calls for the stack of an error. */
function prepare(error: unknown, sites: readonly NodeJS.CallSite[]): unknown {
  const realm = realmNow();
  if (realm === undefined) return typeof outside === 'function' ? outside(error, sites) : textOf(error, sites);
  const { stackTraceLimit } = Error;
  const limit = stackTraceLimit === MANY ? USUAL : stackTraceLimit;
  const all = sites.filter((site) => sourceTexts.has(site.getFileName() ?? '')).map((site) => new CallSite(site));
  if (limit !== USUAL && sites.length === limit && all.length < limit)
    return refuse('Error.stackTraceLimit counts functions here that Node has not: leave it as it is');
  const top = tops.get(error as object);
  // Of what is not in the stack the engine leaves nothing; here it may have another name.
  const own = all
    .slice(top === undefined ? 0 : all.findIndex((one) => one.getFunctionName() === top) + 1)
    .slice(0, limit);
  return prepares.get(realm)?.call(Error, error, own) ?? textOf(error, own);
}

Error.stackTraceLimit = MANY;
Object.defineProperty(Error, 'prepareStackTrace', {
  configurable: true,
  get: () => prepare,
  set: (given: unknown) => {
    const realm = realmNow();
    if (given !== prepare && realm === undefined) outside = given;
    if (realm === undefined) return;
    if (typeof given === 'function' && given !== prepare) prepares.set(realm, given as Prepare);
    else prepares.delete(realm);
  },
});

const { captureStackTrace: capture } = Error;

/** Error.captureStackTrace */
Error.captureStackTrace = function captureStackTrace(error: object, top?: Function): void {
  if (realmNow() === undefined) return capture(error, top);
  capture(error);
  if (typeof top === 'function') tops.set(error, top.name);
};
