/**
 * A command's side of the door (door.ts): its stdout and stderr, its signals, and what is to be printed of it should it be
 * cut off.
 */
import { Writable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { passing } from '../base/passing.ts';
import { print, say, shown } from './output.ts';
import { BEAT, type CommandSetup, type FromCommand, STOP, type ToCommand } from './protocol.ts';

const BEAT_MS = 100;

const setup = workerData as CommandSetup;
const words = new Int32Array(setup.shared);
const aborted = new AbortController();

const post = (message: FromCommand): void => parentPort?.postMessage(message);

/** All that is written goes one way, in order, and is at the door when the command is at its end. */
function stream(kind: 'print' | 'tell', facts: object): Writable {
  const write = (chunk: string | Buffer, _: unknown, written: () => void): void => {
    post({ kind, text: chunk.toString() });
    written();
  };
  return Object.assign(new Writable({ write, decodeStrings: false }), facts);
}

/** To be called first in the thread. */
export function goThroughDoor(): void {
  const { terminal, columns } = setup;
  Object.defineProperty(process, 'stdout', { value: stream('print', { columns }) });
  Object.defineProperty(process, 'stderr', { value: stream('tell', { isTTY: terminal }) });
  parentPort?.on('message', (message: ToCommand) => {
    if (message === 'stop') aborted.abort();
  });
  setInterval(() => Atomics.add(words, BEAT, 1), BEAT_MS).unref();
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
  Atomics.add(words, BEAT, 1);
  return Atomics.load(words, STOP) !== 0;
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
