/**
 * A command's side of the door (door.ts): its stdout and stderr, its signals, and what is to be printed of it should it be
 * cut off.
 */
import { Writable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { passing } from '../base/passing.ts';
import { print, say, shown } from './output.ts';
import {
  BEAT,
  COLUMNS,
  type CommandSetup,
  type Confinement,
  type FromCommand,
  SETUP_VARIABLE,
  SHARED_BYTES,
  STOP,
  TERMINAL,
  type ToCommand,
  WHERE,
  type Where,
} from './protocol.ts';

const BEAT_MS = 100;

/** A process of its own has no memory in common with the door: the word is set by a message, and the beat is one. */
export const isConfined = parentPort === null;
const setup = isConfined
  ? (JSON.parse(process.env[SETUP_VARIABLE] ?? '{}') as CommandSetup)
  : (workerData as CommandSetup);
const words = new Int32Array('shared' in setup ? setup.shared : new SharedArrayBuffer(SHARED_BYTES));
const aborted = new AbortController();
let beatAt = 0;

// Taken now: what is run later may not speak for us.
const send = process.send?.bind(process);
const post = (message: FromCommand): void => {
  if (parentPort === null) send?.(message);
  else parentPort.postMessage(message);
};

function beat(): void {
  Atomics.add(words, BEAT, 1);
  const now = performance.now();
  if (!isConfined || now - beatAt < BEAT_MS) return;
  beatAt = now;
  post({ kind: 'beat' });
}

/** A word of the process of a part, or why that is no more. */
export interface PartWord {
  readonly text?: string | undefined;
  readonly died?: string | undefined;
}

let hearPart: (part: number, word: PartWord) => void = () => {};

/** Who is told from here on. */
export function onPartWord(hear: (part: number, word: PartWord) => void): void {
  hearPart = hear;
}

/** Says something to the process of a part of the search: begins it, if there is none of that number. */
export const sayToPart = (part: number, text: string): void => post({ kind: 'part', part, text });

export const endPart = (part: number): void => post({ kind: 'part', part });

/** Has the text of the checkpoint written: the file was named when the process was confined. */
export const writeCheckpoint = (text: string): void => post({ kind: 'checkpoint', text });

function onMessage(message: ToCommand): void {
  if (message !== 'stop') {
    hearPart(message.part, message);
    return;
  }
  Atomics.store(words, STOP, 1);
  aborted.abort();
}

/** What Node calls of a thread's own stream when what it wrote there was read: a warning of Node's, say, or of a thread below. */
const WAS_READ = 'kStdioWantsMoreDataCallback';

/**
 * All that is written goes one way, in order, and is at the door when the command is at its end. Node goes on talking to the
 * stream that this stands in place of, under the same name.
 */
function stream(kind: 'print' | 'tell', facts: object, before: object): Writable {
  const write = (chunk: string | Buffer, _: unknown, written: () => void): void => {
    post({ kind, text: chunk.toString() });
    written();
  };
  const all = Object.assign(new Writable({ write, decodeStrings: false }), facts);
  const named = Object.getOwnPropertySymbols(Object.getPrototypeOf(before)).find((one) => one.description === WAS_READ);
  const wasRead: unknown = named && Reflect.get(before, named);
  if (named === undefined || typeof wasRead !== 'function') return all;
  return Object.defineProperty(all, named, { value: wasRead.bind(before) });
}

/** The door looks while this thread begins. */
function where(): Where {
  if (!('shared' in setup)) return setup;
  Atomics.wait(words, WHERE, 0);
  return { terminal: Atomics.load(words, WHERE) === TERMINAL, columns: Atomics.load(words, COLUMNS) || undefined };
}

/** To be called first in the thread. */
export function goThroughDoor(): void {
  const { terminal, columns } = where();
  const [before, errorsBefore] = isConfined ? [{}, {}] : [process.stdout, process.stderr];
  Object.defineProperty(process, 'stdout', { value: stream('print', { columns }, before) });
  Object.defineProperty(process, 'stderr', { value: stream('tell', { isTTY: terminal }, errorsBefore) });
  if (isConfined) {
    process.on('message', onMessage);
    process.channel?.unref();
    // The door hears signals; a terminal sends them to both.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
    process.env = {};
  } else parentPort?.on('message', onMessage);
  setInterval(beat, BEAT_MS).unref();
  passing.tell((path, there) => post({ kind: 'passing', path, there }));
}

/**
 * From here on the command ends by itself when a signal asks it to; until then it is cut off. The result is aborted by the
 * first signal, when the event loop has its turn.
 */
export function listen(): AbortSignal {
  post({ kind: 'listens' });
  return aborted.signal;
}

/** Whether a signal asks the command to end. Can be asked at any time, and shows the door that it was. */
export function stopped(): boolean {
  beat();
  return Atomics.load(words, STOP) !== 0;
}

/**
 * To be called before code of a stranger runs, which must not have the rights of whoever typed the command: it begins anew
 * in a process that may do this and nothing else; this thread does not go on.
 */
export function confine(confinement: Confinement): void {
  if (isConfined) return;
  post({ kind: 'confine', confinement });
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Says what is to be printed, and with which exit code, should the command not come to its end. */
export function keep(text: string, code: number): void {
  post({ kind: 'keep', kept: { text: shown(text), code } });
}

/** Prints a result: from here on there is nothing more to say, whatever happens. */
export function printResult(text: string, code: number): void {
  print(text);
  keep('', code);
}

/** Says something on stderr that is wrong but does not end the command. */
export function warn(text: string): void {
  say(`tasklock: ${text}\n`);
}

/** The last word. After a fault of ours, what was kept is printed. */
export function done(code: number, trouble: string | undefined, lost: boolean): void {
  post({ kind: 'done', code, lost, ...(trouble === undefined ? {} : { trouble }) });
}
