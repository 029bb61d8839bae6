/** What every command checks about its options, and how it says that one is wrong. Exit code 2. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { millisecondsOf } from '../base/duration.ts';
import { shortPath } from '../base/errno.ts';
import { InputError, readFileText } from '../base/input.ts';
import { FileError, makeDirectory, tryDirectory } from '../base/whole-file.ts';
import { DEFAULT_PROFILE, type ProfileName, profileNames } from '../kernel/profiles.ts';
import type { Target } from '../explore/subject/targets.ts';
import { defaultEngine, type Engine, engines, hasWasm } from '../machine/engine.ts';
import { MAX_CPUS } from '../machine/limits.ts';
import { locks } from '../machine/locks/index.ts';
import type { LockKind } from '../machine/locks/lock-kind.ts';
import { choosable, type LockChoice } from '../boot/lock-choice.ts';
import { RECORDINGS } from '../recording/file.ts';
import { didYouMean } from '../base/suggest.ts';
import { warn } from './thread.ts';
import { isConfined } from './thread.ts';
import { UsageError } from './usage-error.ts';

export * from './exit-codes.ts';
export { UsageError };

export function parseProfile(text: string = DEFAULT_PROFILE): ProfileName {
  const found = profileNames.find((name) => name === text);
  if (found === undefined) {
    throw new UsageError(
      `unknown profile "${text}"${didYouMean(text, profileNames)}: there are ${profileNames.join(', ')}`,
    );
  }
  return found;
}

/** The engine of that name. */
function engineNamed(text: string): Engine {
  const found = engines.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`unknown engine "${text}"${didYouMean(text, engines)}: there are ${engines.join(', ')}`);
}

/** What runs the kernel. A host on which WebAssembly has no memory to share runs the reference, and says so. */
export function parseEngine(text: string | undefined): Engine {
  if (text === undefined) {
    const engine = defaultEngine();
    if (engine === 'js') warn('no shared memory for WebAssembly on this host: the kernel runs with --engine js');
    return engine;
  }
  const found = engineNamed(text);
  if (found === 'wasm' && !hasWasm())
    throw new UsageError(
      '--engine wasm needs shared memory for WebAssembly, which this host does not have; --engine js does not',
    );
  return found;
}

/** What `--engine` means where a kernel is stepped. */
export const ENGINE_OPTION = 'what steps the kernel: wasm or js, the reference (docs/engine.md)';

/** What runs a target: a module needs no memory that threads share. undefined for what the host has. */
export function parseEngineOf(kind: Target['kind'], text: string | undefined): Engine | undefined {
  if (kind === 'scenario') return parseEngine(text);
  return text === undefined ? undefined : engineNamed(text);
}

/** The lock algorithm of that name. */
export function parseLockName(text: string): LockKind {
  const found = locks.find((one) => one.name === text);
  if (found !== undefined) return found;
  const names = locks.map((one) => one.name);
  throw new UsageError(`unknown lock "${text}"${didYouMean(text, names)}: there are ${names.join(', ')}`);
}

/** `task=mcs,tasklist=rw-fair`: algorithms for kernel locks. */
export function parseLockChoices(text: string): LockChoice[] {
  const choices = text.split(',').map((part) => {
    const [name = '', algorithm = ''] = part.trim().split('=');
    const lock = choosable.find((one) => one === name);
    if (lock === undefined || algorithm === '') {
      throw new UsageError(
        `--lock takes ${choosable.map((one) => `${one}=ALGORITHM`).join(' or ')}, not "${part.trim()}"`,
      );
    }
    const kind = parseLockName(algorithm);
    if (kind.shape === 'sequence')
      throw new UsageError(`${algorithm} cannot serve as ${lock}: its readers take nothing`);
    return { lock, algorithm: kind.name };
  });
  const twice = choices.find((one, i) => choices.findIndex((other) => other.lock === one.lock) !== i);
  if (twice !== undefined) throw new UsageError(`--lock names ${twice.lock} twice`);
  return choices;
}

export function parseCpus(text: string): number {
  const cpus = wholeNumber(text);
  if (cpus === undefined || cpus < 1 || cpus > MAX_CPUS) {
    throw new UsageError(`--cpus takes a whole number from 1 to ${MAX_CPUS}, not "${text}"`);
  }
  return cpus;
}

/** Milliseconds from `500ms`, `1.5s`, `2m` or `1h`. */
export function parseDuration(text: string): number {
  const duration = millisecondsOf(text);
  if (duration !== undefined) return duration;
  const unitless = /^\d+(\.\d+)?$/.test(text) ? ' (a number needs its unit)' : '';
  throw new UsageError(`--duration takes a time such as 500ms, 1.5s, 2m or 1h, not "${text}"${unitless}`);
}

export function parseCount(option: string, text: string): number {
  const count = wholeNumber(text);
  if (count === undefined || count < 1 || count > 0x7fffffff) {
    throw new UsageError(`${option} takes a whole number of 1 or more, not "${text}"`);
  }
  return count;
}

/** The number of a CPU of a machine. */
export function parseCpu(option: string, text: string, cpus: number): number {
  const cpu = wholeNumber(text);
  if (cpu === undefined || cpu >= cpus) {
    throw new UsageError(`${option} takes the number of a CPU, 0 to ${cpus - 1}, not "${text}"`);
  }
  return cpu;
}

const MOST_JOBS = 256;

export function parseJobs(text: string): number {
  const jobs = wholeNumber(text);
  if (jobs === undefined || jobs < 1 || jobs > MOST_JOBS) {
    throw new UsageError(`--jobs takes a whole number from 1 to ${MOST_JOBS}, not "${text}"`);
  }
  return jobs;
}

/** `2/4` is the second of four parts: index 1. */
export function parseShard(text: string): { readonly index: number; readonly of: number } {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, of] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (index < 1 || index > of) throw new UsageError(`--shard takes I/N with I from 1 to N, such as 2/4, not "${text}"`);
  return { index: index - 1, of };
}

export function parseSeed(text: string): number {
  const seed = wholeNumber(text);
  if (seed === undefined || seed > 0xffffffff) {
    throw new UsageError(`--seed takes a whole number from 0 to 4294967295, not "${text}"`);
  }
  return seed;
}

export function wholeNumber(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** Bytes of a program. */
const MOST_INPUT = 256 * 1024;

/** The text of a file the person named, of at most so many bytes. */
export function readInput(file: string, most = MOST_INPUT): string {
  try {
    return readFileText(file, most);
  } catch (error) {
    throw error instanceof InputError ? new UsageError(error.message) : error;
  }
}

/** A directory results may be written to: made when there is none, and tried. Without one the folder of recordings. */
export function parseDirectory(path: string | undefined): string {
  if (path === undefined) return folderOfRecordings();
  if (path === '') throw new UsageError('--out names no directory');
  if (existsSync(path) && !statSync(path).isDirectory()) throw new UsageError(`--out names no directory: ${path}`);
  try {
    makeDirectory(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new UsageError(`--out cannot be made: ${error.message}`);
  }
  tryWriting('--out', path);
  return path;
}

/** It is made when there is something to put there, so what is asked is whether it can be. */
function folderOfRecordings(): string {
  if (existsSync(RECORDINGS) && !statSync(RECORDINGS).isDirectory()) {
    throw new UsageError(`${RECORDINGS}, where recordings go, is no directory: say where with --out`);
  }
  // A confined command may write there and nowhere else; that it can be made was tried before.
  if (existsSync(RECORDINGS)) tryWriting('--out', RECORDINGS);
  else if (!isConfined) tryWriting('--out', '.');
  return RECORDINGS;
}

/** Throws UsageError for a file that could not be written now. */
export function checkWritable(option: string, file: string): void {
  if (existsSync(file) && !statSync(file).isFile()) throw new UsageError(`${option} names no file: ${shortPath(file)}`);
  const directory = dirname(file);
  if (!existsSync(directory)) {
    throw new UsageError(`${option} is in a directory that is not there: ${shortPath(file)}`);
  }
  tryWriting(option, directory);
}

/** A disk that is full may have room again before there is something to write: that is said, and no reason to refuse. */
function tryWriting(option: string, directory: string): void {
  try {
    tryDirectory(directory);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const text = `${option} cannot be written to: ${error.message}`;
    if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') throw new UsageError(text);
    warn(`${text}; what is found will be printed`);
  }
}

/** Collects an option that may be given several times. */
export const repeated = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
