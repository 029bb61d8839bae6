/** What a thread does: it is an agent, or the one that makes what they share and has the last word. */
import type { MessagePort } from 'node:worker_threads';
import { Outcome } from '../calls.ts';
import { errorText, uncaughtText } from '../error-text.ts';
import type { Ended } from '../alone.ts';
import { installAtomics } from './atomics.ts';
import { Gate, theirLines } from './gate.ts';
import type { FromThread, ThreadSetup, ToThread } from './messages.ts';
import { Modules, RefusedImport } from './modules.ts';
import { noteIn, ThreadNotes } from './notes.ts';
import { Views } from './views.ts';

type Called = (...args: unknown[]) => unknown;

export async function runThread(port: MessagePort, setup: ThreadSetup): Promise<void> {
  const tell = (message: FromThread): void => port.postMessage(message);
  const fail = (error: unknown, kind: 'uncaught' | 'rejection'): void => {
    if (error instanceof RefusedImport) tell({ kind: 'refused', why: error.message });
    else tell({ kind: 'failed', what: uncaughtText(error, kind), stack: theirLines(errorText(error)) });
  };
  process.on('uncaughtException', (error) => fail(error, 'uncaught'));
  process.on('unhandledRejection', (error) => fail(error, 'rejection'));
  withoutProcess();
  try {
    if (setup.agent === undefined) await beAlone(port, setup, tell);
    else await beAgent(port, setup, setup.agent);
  } catch (error) {
    fail(error, 'uncaught');
  }
}

async function beAgent(port: MessagePort, { main, files, control, given, notes, calls }: ThreadSetup, agent: number) {
  const gate = new Gate(port, control, agent);
  const views = new Views(gate);
  const watched = new ThreadNotes({ gate, views, control, turns: notes });
  views.install();
  installAtomics(gate);
  gate.perform('starts', () => undefined);
  const exports = await new Modules(files, (why) => gate.tell({ kind: 'refused', why })).namespaceOf(main);
  if (calls !== undefined) await makeCalls(gate, exports, watched.watch(given), calls);
  else {
    const own = (exports['agents'] as Called[])[agent];
    await own?.(watched.watch(given));
  }
  gate.tell({ kind: 'done', notes: watched.list });
}

/** As javascript/calls.ts has them made. */
async function makeCalls(gate: Gate, exports: Record<string, unknown>, shared: unknown, calls: readonly number[]) {
  const { attach, operations } = exports as { attach?: Called; operations: Record<string, Called> };
  const handle = attach === undefined ? shared : await attach(shared);
  for (const call of calls) {
    const name = Object.keys(operations)[call] ?? '';
    gate.perform(`calls ${name}`, () => undefined);
    let result: string;
    try {
      result = String(Outcome.gives(await operations[name]?.(handle)));
    } catch (error) {
      result = String(Outcome.throws(error));
    }
    gate.perform(`comes to ${result}`, () => result);
  }
}

async function beAlone(port: MessagePort, { main, files }: ThreadSetup, tell: (message: FromThread) => void) {
  const { setup, finished } = (await new Modules(files, (why) => tell({ kind: 'refused', why })).namespaceOf(
    main,
  )) as Record<string, Called | undefined>;
  const given = setup?.();
  port.on('message', ({ notes }: ToThread) => {
    noteIn(given, notes);
    tell({ kind: 'answer', answer: answerOf(finished, given) });
  });
  tell({ kind: 'ready', given });
}

function answerOf(finished: Called | undefined, given: unknown): Ended | undefined {
  if (finished === undefined) return undefined;
  try {
    const result = finished(given);
    if (result === false) return { what: 'the end is not as it should be', details: [] };
    return typeof result === 'string' ? { what: 'the end is not as it should be', details: [result] } : undefined;
  } catch (error) {
    return { what: error instanceof Error ? `${error.name}: ${error.message}` : String(error), details: [] };
  }
}

/** A program that was explored has had a virtual one: of the real one it has what ends nothing and nobody. */
function withoutProcess(): void {
  const { nextTick, platform, arch, version, versions, hrtime } = process;
  const own = { nextTick, platform, arch, version, versions, hrtime, env: {}, argv: [], cwd: () => '/' };
  Object.defineProperty(globalThis, 'process', { value: own, configurable: true, writable: true });
}
