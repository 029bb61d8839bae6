/** What a thread does: it is an agent, or the one that makes what they share and has the last word. */
import type { MessagePort } from 'node:worker_threads';
import { Outcome } from '../calls.ts';
import { errorText, exitText, uncaughtText } from '../error-text.ts';
import { answered, type Ended } from '../answer.ts';
import { installAtomics } from './atomics.ts';
import { installBuffers } from './buffers.ts';
import { Gate, theirLines } from './gate.ts';
import type { FromThread, ThreadSetup, ToThread } from './messages.ts';
import { Modules, RefusedImport } from './modules.ts';
import { noteIn, ThreadNotes } from './notes.ts';
import { installPages } from './pages.ts';
import { Ports } from './ports.ts';
import { Tasks } from './tasks.ts';
import { Views } from './views.ts';
import { workerThreads, workerThreadsAlone } from './workers.ts';

type Called = (...args: unknown[]) => unknown;

export async function runThread(parent: MessagePort, setup: ThreadSetup): Promise<void> {
  const { born, agent } = setup;
  const port = born?.gate ?? parent;
  const tell: FromAlone = (message, transfer = []) => port.postMessage(message, transfer);
  const fail = (error: unknown, kind: 'uncaught' | 'rejection'): void => {
    if (error instanceof RefusedImport) tell({ kind: 'refused', why: error.message });
    else tell({ kind: 'failed', what: uncaughtText(error, kind), stack: theirLines(errorText(error)) });
  };
  // A worker of the program dies of it, and its maker is told.
  if (born !== undefined) process.on('uncaughtExceptionMonitor', (error) => fail(error, 'uncaught'));
  else {
    process.on('uncaughtException', (error) => fail(error, 'uncaught'));
    process.on('unhandledRejection', (error) => fail(error, 'rejection'));
  }
  withoutProcess();
  if (agent === undefined) await beAlone(port, setup, tell).catch((error: unknown) => fail(error, 'uncaught'));
  else if (born !== undefined) await beAgent(port, parent, setup, agent);
  else await beAgent(port, undefined, setup, agent).catch((error: unknown) => fail(error, 'uncaught'));
}

/** `parentPort`: the port of that name, of a worker of the program. */
async function beAgent(port: MessagePort, parentPort: MessagePort | undefined, setup: ThreadSetup, agent: number) {
  const { main, files, control, given, notes, calls, names, promises } = setup;
  const gate = new Gate(port, control, agent);
  const views = new Views(gate);
  const watched = new ThreadNotes({ gate, views, control, turns: notes });
  const tasks = new Tasks(gate, port, promises[agent]?.settle);
  port.on('message', ({ rests }: ToThread) => {
    if (rests === true) gate.tell({ kind: 'rests', notes: watched.list });
  });
  tasks.keep();
  const ports = new Ports({ agent: names[agent] as string, gate, views, tasks });
  const threads = workerThreads({ setup, gate, ports, tasks, parentPort });
  views.install();
  installBuffers(views, gate);
  installAtomics(gate, tasks, promises[agent] ?? { over: [], waits: [] });
  ports.install();
  tasks.install();
  if (setup.born === undefined) installPages(gate);
  gate.perform('starts', () => undefined);
  let isDone = false;
  // It is at its end when nothing keeps it alive, or when it says so.
  const { exit } = process;
  process.exit = (code) => {
    isDone = true;
    return exit(code ?? process.exitCode);
  };
  process.on('exit', (code) => {
    const said = Number(process.exitCode ?? code);
    if (setup.born === undefined && said !== 0) gate.tell({ kind: 'failed', what: exitText(said), stack: [] });
    else if (isDone) gate.tell({ kind: 'done', notes: watched.list });
  });
  const modules = new Modules(files, (why) => gate.tell({ kind: 'refused', why }), threads);
  if (setup.isProgram) {
    isDone = true;
    await modules.namespaceOf(main);
    return;
  }
  const exports = await modules.namespaceOf(main);
  const shared = given === undefined ? undefined : watched.watch(ports.opened(given));
  if (calls !== undefined) await makeCalls(gate, exports, shared, calls);
  else {
    const own = (exports['agents'] as Called[])[agent];
    await own?.(shared);
  }
  isDone = true;
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

async function beAlone(port: MessagePort, setup: ThreadSetup, tell: FromAlone) {
  const { main, files, names, owners } = setup;
  const ports = new Ports({ agent: 'setup', gate: undefined, views: undefined, tasks: undefined });
  ports.install();
  const refused = (why: string): void => tell({ kind: 'refused', why });
  const threads = workerThreadsAlone(ports, (why) => {
    refused(why);
    throw new RefusedImport(why);
  });
  const modules = new Modules(files, refused, threads);
  const exports = (await modules.namespaceOf(main)) as Record<string, Called | undefined>;
  const given = exports['setup']?.();
  port.on('message', ({ notes }: ToThread) => {
    if (notes === undefined) return;
    noteIn(given, notes);
    tell({ kind: 'answer', answer: answerOf(exports['finished'], given) });
  });
  const all = names.map((_, agent) => ports.closedFor(given, (n) => owners[n - 1] === agent));
  tell(
    { kind: 'ready', given: all },
    all.flatMap((one) => one.ports),
  );
}

type FromAlone = (message: FromThread, transfer?: readonly MessagePort[]) => void;

function answerOf(finished: Called | undefined, given: unknown): Ended | undefined {
  if (finished === undefined) return undefined;
  try {
    return answered(finished(given));
  } catch (error) {
    return { what: error instanceof Error ? `${error.name}: ${error.message}` : String(error), details: [] };
  }
}

/** A program that was explored has had a virtual one: of the real one it has what ends nothing and nobody. */
function withoutProcess(): void {
  const { nextTick, platform, arch, version, versions, hrtime } = process;
  const [on, once, off, exit] = [process.on, process.once, process.off, process.exit].map((one) => one.bind(process));
  const own = {
    nextTick,
    platform,
    arch,
    version,
    versions,
    hrtime,
    on,
    once,
    off,
    exit,
    env: {},
    argv: [],
    cwd: () => '/',
  };
  Object.defineProperty(globalThis, 'process', { value: own, configurable: true, writable: true });
}
