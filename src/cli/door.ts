/**
 * The thread that the system talks to. A command runs on a thread of its own (workers/command.ts), for a thread that is
 * busy hears no signal; this one has nothing to do but to hear them, to print, and to remember what was found. So a command
 * can be ended in the middle of anything, and what it had found until then is printed all the same.
 *
 * The first signal asks a command that listens to end; when its thread shows no life for SILENT_MS, or at a second signal,
 * it is cut off. One that does not listen is cut off at once. The same happens when its thread dies.
 */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { confinedArguments } from './confined.ts';
import { inWords } from '../base/errno.ts';
import { FileError, replaceFile } from '../base/whole-file.ts';
import { visible } from '../base/visible.ts';
import { painted, takeColor, wantsColor, type When } from './color.ts';
import { deathText, defectText } from './defect.ts';
import { HANGS_WHY, Silence, said, whyEnded } from './door-child.ts';
import type { PartDoor } from './door-parts.ts';
import { EXIT_DEFECT, EXIT_INCONCLUSIVE, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import {
  BEAT,
  COLUMNS,
  type CommandSetup,
  type Confinement,
  type FromCommand,
  type Kept,
  NO_TERMINAL,
  SETUP_VARIABLE,
  SHARED_BYTES,
  STOP,
  TERMINAL,
  type ToCommand,
  WHERE,
} from './protocol.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_MS = 100;
const SILENT_MS = 2_000;
/** A thread that is cut off leaves in no time, unless it is inside the system or a library and never comes back. */
const LEAVE_MS = 3_000;
/** What wrappers such as timeout(1) and npx pass on twice is one signal. */
const SAME_MS = 500;
/** A command that goes on and on after it was asked to end. */
const LONGEST_MS = 30_000;
/** Bytes of stack of the command: what the first thread of a process has. */
const STACK_MB = 8;

const COMMAND = new URL('../../workers/command.js', import.meta.url);

/** Whether a document is asked for. */
const isJson = (args: readonly string[]): boolean =>
  (args.includes('--') ? args.slice(0, args.indexOf('--')) : args).includes('--json');

/** What is printed of a command that was ended before it had anything to say. */
function nothingYet(args: readonly string[]): Kept {
  const [command = ''] = args;
  const document = { schema: `tasklock.${command}/1`, command, verdict: 'inconclusive', bugs: [], interrupted: true };
  const text = isJson(args) ? `${JSON.stringify(document, null, 2)}\n` : '';
  return { text, code: EXIT_INTERRUPTED };
}

export class Door {
  readonly #args: readonly string[];
  readonly #words = new Int32Array(new SharedArrayBuffer(SHARED_BYTES));
  readonly #passing = new Set<string>();
  #worker: Worker | undefined;
  /** In place of the thread, once the command is about to run code of a stranger. */
  #child: ChildProcess | undefined;
  /** Those that run parts of its search, and the file of its checkpoint. */
  #parts: PartDoor | undefined;
  #checkpoint: string | undefined;
  #checkpointTrouble = '';
  #kept: Kept;
  #listens = false;
  #askedAt: number | undefined;
  #over = false;
  /** Its thread has ended, and nothing it began is left. */
  #ended = false;
  #code = EXIT_DEFECT;
  /** Whether stdout takes what is written, and what it said when it did not. */
  #closed = false;
  #refused: string | undefined;
  #terminal = false;
  /** What is wrong with --color. */
  readonly #trouble: string | undefined;
  readonly #when: When;
  #paints = false;

  constructor(all: readonly string[]) {
    const { args, when, trouble } = takeColor(all);
    this.#args = args;
    this.#trouble = trouble;
    this.#when = when;
    this.#kept = nothingYet(args);
  }

  /** Signals first: from here on nothing that is found is lost to one. Then the thread: it takes longest to come up. */
  open(): void {
    for (const signal of SIGNALS) process.on(signal, () => this.#onSignal());
    // Of a program that started us with a channel: it is gone, and nobody waits for a result.
    process.on('disconnect', () => this.#onSignal());
    process.on('uncaughtException', (error) => this.#end(EXIT_DEFECT, defectText(error), true));
    if (this.#trouble === undefined) this.#begin();
    process.stdout.on('error', (error) => this.#onRefused(error));
    // Whoever does not want to hear of progress and trouble need not.
    process.stderr.on('error', () => undefined);
    if (this.#trouble !== undefined) {
      this.#end(EXIT_USAGE, this.#trouble, false);
      return;
    }
    this.#paints = !isJson(this.#args) && wantsColor(this.#when, process.env, process.stdout.isTTY === true);
    this.#terminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';
    Atomics.store(this.#words, COLUMNS, process.stdout.columns ?? 0);
    Atomics.store(this.#words, WHERE, this.#terminal ? TERMINAL : NO_TERMINAL);
    Atomics.notify(this.#words, WHERE);
  }

  #begin(): void {
    const workerData: CommandSetup = { shared: this.#words.buffer };
    const resourceLimits = { stackSizeMb: STACK_MB };
    this.#worker = new Worker(COMMAND, { argv: [...this.#args], workerData, resourceLimits });
    this.#worker.on('message', (message: FromCommand) => this.#onMessage(message));
    this.#worker.on('error', (error) => this.#end(EXIT_DEFECT, deathText(error), true));
    this.#worker.on('exit', (code) => this.#onThreadEnd(code));
  }

  #onThreadEnd(code: number): void {
    if (this.#child === undefined) this.#end(EXIT_DEFECT, `its thread ended by itself with ${code}`, true);
  }

  /** The command begins anew in a process of its own, that may write to these paths and has no environment. */
  async #confine(confinement: Confinement): Promise<void> {
    const { spawn } = await import('node:child_process');
    const { parts = 0, checkpoint } = confinement;
    this.#checkpoint = checkpoint;
    if (parts > 0) {
      const { PartDoor } = await import('./door-parts.ts');
      this.#parts = new PartDoor(parts, (part, word) => this.#toCommand({ part, ...word }));
    }
    const { columns } = process.stdout;
    const setup: CommandSetup = { terminal: this.#terminal, columns };
    const child = spawn(process.execPath, [...confinedArguments(confinement), fileURLToPath(COMMAND), ...this.#args], {
      env: { [SETUP_VARIABLE]: JSON.stringify(setup) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    const words = said(child);
    child.on('message', (message: FromCommand) => this.#onMessage(message));
    child.on('error', (error) => this.#end(EXIT_DEFECT, deathText(error), true));
    child.on('exit', (code, signal) => this.#end(EXIT_DEFECT, whyEnded(code ?? signal, words()), true));
    this.#watchChild();
    void this.#worker?.terminate();
  }

  /** What is explored may run for ever without giving a sign. */
  #watchChild(): void {
    const silence = new Silence(this.#child?.pid);
    let beat = -1;
    const look = setInterval(() => {
      const next = Atomics.load(this.#words, BEAT);
      if (next !== beat) silence.isBroken();
      beat = next;
      if (!silence.isForEver || this.#over) return;
      clearInterval(look);
      this.#end(EXIT_INCONCLUSIVE, HANGS_WHY, true);
    }, LOOK_MS);
    look.unref();
  }

  #onMessage(message: FromCommand): void {
    // Files in the making are told of until the thread has ended: what it last began is taken away as well.
    if (message.kind === 'passing') {
      if (message.there) this.#passing.add(message.path);
      else this.#passing.delete(message.path);
    }
    if (this.#over) return;
    if (message.kind === 'print') this.#print(message.text);
    else if (message.kind === 'tell') process.stderr.write(message.text);
    else if (message.kind === 'listens') this.#listens = true;
    else if (message.kind === 'beat') Atomics.add(this.#words, BEAT, 1);
    else if (message.kind === 'confine') void this.#confine(message.confinement);
    else if (message.kind === 'part') this.#toPart(message.part, message.text);
    else if (message.kind === 'checkpoint') this.#write(message.text);
    else if (message.kind === 'keep') this.#kept = message.kept;
    else if (message.kind === 'done') this.#end(message.code, message.trouble, message.lost === true);
  }

  #toPart(part: number, text: string | undefined): void {
    if (text === undefined) this.#parts?.end(part);
    else this.#parts?.say(part, text);
  }

  #toCommand(message: ToCommand): void {
    if (this.#child === undefined) this.#worker?.postMessage(message);
    else if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** A search does not end because its checkpoint cannot be written. Each reason is told once. */
  #write(text: string): void {
    if (this.#checkpoint === undefined) return;
    try {
      replaceFile(this.#checkpoint, text);
      this.#checkpointTrouble = '';
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const trouble = `--checkpoint could not be written: ${error.message}; the search goes on`;
      if (trouble !== this.#checkpointTrouble) process.stderr.write(`tasklock: ${visible(trouble)}\n`);
      this.#checkpointTrouble = trouble;
    }
  }

  #print(text: string): void {
    // Whoever has begun to tell the result will not be told for.
    this.#kept = { ...this.#kept, text: '' };
    if (!this.#closed && text !== '') process.stdout.write(this.#paints ? painted(text) : text);
  }

  #onRefused(error: NodeJS.ErrnoException): void {
    this.#closed = true;
    if (error.code !== 'EPIPE') this.#refused ??= inWords(error);
  }

  #onSignal(): void {
    if (this.#over) {
      // Before its thread has ended there may be files to take away; after that only a reader of stdout is waited for.
      if (this.#ended) process.exit(this.#code);
      return;
    }
    const now = performance.now();
    if (this.#askedAt !== undefined && now - this.#askedAt < SAME_MS) return;
    if (this.#askedAt !== undefined || !this.#listens) {
      this.#cutOff();
      return;
    }
    this.#askedAt = now;
    Atomics.store(this.#words, STOP, 1);
    this.#toCommand('stop');
    let [heardAt, beat] = [now, Atomics.load(this.#words, BEAT)];
    const look = setInterval(() => {
      const time = performance.now();
      const next = Atomics.load(this.#words, BEAT);
      if (next !== beat) [heardAt, beat] = [time, next];
      if (time - heardAt < SILENT_MS && time - now < LONGEST_MS) return;
      clearInterval(look);
      this.#cutOff();
    }, LOOK_MS);
    look.unref();
  }

  #cutOff(): void {
    this.#end(this.#kept.code, 'interrupted', true);
  }

  /** The end, once: prints what was kept if it is wanted, cleans up, and leaves with this code. */
  #end(code: number, trouble: string | undefined, wantsKept: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#code = code;
    if (wantsKept) {
      if (this.#terminal) process.stderr.write('\r\u001b[K');
      this.#print(this.#kept.text);
    }
    if (trouble !== undefined) process.stderr.write(`tasklock: ${visible(trouble)}\n`);
    void this.#leave(code);
  }

  /** Ends as a signal ends a process that does not listen to it: Node itself would wait for the thread. */
  #die(): void {
    process.removeAllListeners('SIGINT');
    process.kill(process.pid, 'SIGINT');
  }

  async #leave(code: number): Promise<void> {
    const written = this.#closed
      ? undefined
      : new Promise<void>((resolve) => void process.stdout.write('', () => resolve()));
    // A thread that is slow to end takes nothing away from what was printed, unless nobody reads that either.
    const late = Promise.all([sleep(LEAVE_MS), Promise.race([written, sleep(LONGEST_MS)])]);
    this.#child?.kill('SIGKILL');
    this.#parts?.endAll();
    await Promise.race([this.#worker?.terminate(), late.then(() => this.#die())]);
    for (const path of this.#passing) rmSync(path, { recursive: true, force: true });
    this.#ended = true;
    await written;
    if (this.#refused !== undefined) process.stderr.write(`tasklock: stdout: ${this.#refused}\n`);
    // What was never read by anybody was not done, unless there is worse to say.
    process.exit(this.#refused !== undefined && code === EXIT_OK ? EXIT_USAGE : code);
  }
}
