/**
 * Steps of a kernel with checkers compiled in (check/compiled), as a module beside the kernel's: it is given that one's memory and
 * its function that runs a CPU to its next access.
 */
import type { Whole } from '../form/code.ts';
import { inPlaceOf, namesInPlace } from './in-place.ts';
import { Linker, WORDS } from './linker.ts';
import { wholeBody } from './memory-body.ts';
import { type WrittenFunction, writeModule } from './module-writer.ts';
import { I32 } from './opcodes.ts';

/** Functions of fewer values than this are written in place; of larger ones there would be too many copies. */
const IN_PLACE = 40;

/** The module of these functions, which has those of these names to be called from outside. Throws TypeError for functions that ask the host for more. */
export function renderStretch(whole: readonly Whole[], exported: readonly string[]): Uint8Array<ArrayBuffer> {
  const links = new Linker(
    whole.map(({ routine }) => routine.name),
    [],
  );
  const resume = links.host({ kind: 'machine', name: 'resume' }, 1);
  links.again();
  const inPlace = inPlaceOf(whole, namesInPlace(whole, exported, IN_PLACE));
  const functions = whole.map(
    (one): WrittenFunction => ({
      name: one.routine.name,
      signature: { parameters: WORDS(one.parameters), result: I32 },
      body: wholeBody(one, links, (body) => body.call(resume), inPlace),
    }),
  );
  if (links.imports.size > 1 || links.givens.length > 0) throw new TypeError('checkers ask their host for something');
  const named = exported.map((name) => whole.find(({ routine }) => routine.name === name) as Whole);
  return writeModule({
    shared: true,
    imports: [{ name: 'resume', parameters: WORDS(1), result: I32 }],
    globals: [],
    functions,
    exports: new Map(named.map(({ routine }) => [routine.name, links.routine(routine)])),
  }).bytes;
}
