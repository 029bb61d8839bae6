/**
 * A kernel that is stepped, as a WebAssembly module: what render/module.ts writes as JavaScript, function by function, over the
 * same frames. RAM, the frames and a few words of its own lie in one memory (stepped/cut-places.ts).
 *
 *   resume(region)   runs a CPU from where it stands to its next access, or to the end of its entry function
 */
import { IDLE } from '../../machine/access.ts';
import { AREA_AT, FRAMES_AT } from '../../stepped/cut-places.ts';
import { AREA, FUNCTION, KIND, RESUME, TOP } from '../../stepped/frames.ts';
import type { Whole } from '../form/code.ts';
import type { Unit } from '../form/unit.ts';
import { Body } from './body.ts';
import { CpuWords } from './cpu-words.ts';
import { type HostImport, Linker, WORDS } from './linker.ts';
import { type Signature, TABLE_TYPE, type WrittenFunction, writeModule } from './module-writer.ts';
import { I32, op } from './opcodes.ts';
import type { Links, Scope } from './scope.ts';
import { statements } from './statements.ts';
import { asking } from './stepped-access.ts';
import { outside, PARAMETERS, steppedBody, tell } from './stepped-function.ts';

export interface Stepped {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly HostImport[];
}

const RUN = 'resume';
const words = (count: number): Signature => ({ parameters: WORDS(count), result: I32 });

/** Throws TypeError for a unit that is no kernel's: one that is strict, or whose calls have no bound. */
export function renderStepped(unit: Unit): Stepped {
  if (unit.strict || unit.guarded || unit.noting) throw new TypeError('only a kernel is stepped like this');
  const { whole, resumable } = unit;
  const routines = [...whole.map(({ routine }) => routine), ...resumable.map(({ graph }) => graph.routine)];
  const links = new Linker(
    routines.map(({ name }) => name),
    [RUN, ...Object.keys(asking)],
  );
  const numbers = new Map(resumable.map(({ graph }, i) => [graph.routine, i]));
  const write = (): WrittenFunction[] => [
    { name: RUN, signature: words(1), body: runBody() },
    ...Object.entries(asking).map(([name, make]) => ({
      name,
      signature: words(name === 'poisoned' ? 2 : 1),
      body: make(links),
    })),
    ...whole.map((one) => ({
      name: one.routine.name,
      signature: words(one.parameters),
      body: wholeBody(one, links),
    })),
    ...resumable.map((one) => ({
      name: one.graph.routine.name,
      signature: words(PARAMETERS),
      body: steppedBody(one, { unit, links, numbers }),
    })),
  ];
  write();
  links.again();
  const functions = write();
  if (links.givens.length > 0) throw new TypeError(`a stepped kernel is given no ${links.givens.join(', ')}`);
  const { bytes } = writeModule({
    shared: true,
    imports: [...links.imports.values()].map(({ one, parameters, result }) => ({ name: one.name, parameters, result })),
    globals: links.givens,
    functions,
    exports: new Map([[RUN, links.helper(RUN)]]),
    table: { functions: resumable.map(({ graph }) => links.routine(graph.routine)), signature: words(PARAMETERS) },
  });
  return { bytes, imports: [...links.imports.values()].map(({ one }) => one) };
}

function wholeBody(one: Whole, links: Links): Body {
  const body = new Body(one.parameters, one.locals);
  const scope: Scope = {
    ...outside(body, links),
    read: (local) => body.get(local),
    write: (local) => body.set(local),
    own: ({ name }, args) => tell(name, args, scope),
  };
  statements(one.body, scope);
  body.i32(0);
  return body;
}

/** From frame to frame, as long as functions return. */
function runBody(): Body {
  const body = new Body(1, 2);
  const [region, frame] = [0, 1];
  const cpu = new CpuWords(body, region, frame, frame, FRAMES_AT);
  body.get(region);
  body.i32(2);
  body.op(op.i32_shl);
  body.set(region);
  body.i32(0);
  cpu.header(AREA);
  body.word(op.i32_store, AREA_AT);
  const again = body.loop();
  cpu.header(TOP);
  body.i32(2);
  body.op(op.i32_shl);
  body.tee(frame);
  body.op(op.i32_eqz);
  body.if();
  cpu.setHeader(KIND, () => body.i32(IDLE));
  body.i32(0);
  body.op(op.return);
  body.end();
  body.get(region);
  body.get(frame);
  cpu.frame(RESUME);
  cpu.frame(FUNCTION);
  body.callIndirect(TABLE_TYPE);
  body.op(op.i32_eqz);
  body.branchIf(again);
  body.end();
  body.i32(0);
  return body;
}
