/** What the kernel as WebAssembly is given of the machine's own JavaScript. */
import * as chosenLocks from '../machine/chosen-locks.ts';
import * as fault from '../machine/fault.ts';
import type { HostImport } from '../stepper/wasm/uncut.ts';

export type Word = (...words: number[]) => number;

/** Modules that a compiled kernel imports, by their place in the build. */
const modules: Readonly<Record<string, object>> = {
  'src/machine/chosen-locks.js': chosenLocks,
  'src/machine/fault.js': fault,
};

/** What a compiled kernel imports under a name: a function of `machine`, or one of a file that is not compiled. */
export function hostFunction({ name, call }: HostImport, machine: Readonly<Record<string, Word>>): Word {
  const found = call.kind === 'machine' ? machine[call.name] : exported(call);
  if (found === undefined) throw new TypeError(`the compiled kernel asks for ${name}, which the machine does not have`);
  return found;
}

/** A function, or a class to throw one of, with texts in the places of some arguments. */
function exported({ external, texts, throws }: HostImport['call'] & { kind: 'external' }): Word | undefined {
  const found = (modules[external.from] as Record<string, unknown> | undefined)?.[external.name];
  if (typeof found !== 'function') return undefined;
  const filled = (words: readonly number[]): unknown[] => {
    let next = 0;
    return texts.map((text) => text ?? words[next++]);
  };
  if (throws) {
    const Thrown = found as new (...args: unknown[]) => Error;
    return (...words) => {
      throw new Thrown(...filled(words));
    };
  }
  const code = found as (...args: unknown[]) => number;
  return texts.every((text) => text === null) ? (code as Word) : (...words) => code(...filled(words));
}
