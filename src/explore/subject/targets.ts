/**
 * What a person can ask to explore: a small scenario by name, a program, a module, JavaScript. Kernel and compiler are read when
 * they are needed: a search of a small module takes less time than reading both.
 */
import { basename } from 'node:path';
import type { Faults } from '../../boot/faults.ts';
import type { Engine } from '../../machine/engine.ts';
import { assembleText } from '../../scenario/assemble.ts';
import type { ProgramImage } from '../../scenario/image.ts';
import { ProgramError } from '../../scenario/program-error.ts';
import type { Subject } from './subject.ts';

/**
 * A target as data: it can be handed to another thread or written into a recording, and makes the same subject there.
 * `text` is the whole program, or the source of the module; `path` where the module's imports are looked for.
 */
export type Target =
  | {
      readonly kind: 'scenario';
      readonly name: string;
      readonly text: string;
      readonly cpus: number | undefined;
      /** What fails on purpose. */
      readonly faults?: Faults | undefined;
      /** When interrupts come: a setting of boot/ticks.ts. */
      readonly ticks?: string | undefined;
    }
  | {
      readonly kind: 'module';
      readonly name: string;
      readonly path: string;
      readonly text: string;
      readonly settings: Readonly<Record<string, number>>;
      /** Texts that it imports, by path as seen from its own; without them they are read where `path` is. */
      readonly imports?: Readonly<Record<string, string>> | undefined;
      /** Name of the seeded bug that its text holds. */
      readonly mutant: string | null;
    }
  | {
      /** Ordinary JavaScript: a file that says which agents there are, and all that it imports. */
      readonly kind: 'javascript';
      readonly name: string;
      /** Absolute. */
      readonly path: string;
      /** Whether a wait may time out at any moment, or only when nobody else can go on. */
      readonly timeouts: Timeouts;
      /** Whether its file says which operations there are, and leaves to scenarios who calls them. */
      readonly hasOperations?: boolean | undefined;
      /** Of such a file: by agent, which it calls. */
      readonly scenario?: readonly (readonly number[])[] | undefined;
      /** Of a recording: hashes of the files that ran, by path as seen from its own. */
      readonly files?: Readonly<Record<string, string>> | undefined;
    };

export type Timeouts = 'idle' | 'any';

/** The target of a program text. Its profile and CPUs are those it names. */
export function scenarioTarget(name: string, text: string, cpus?: number): Target {
  return { kind: 'scenario', name, text, cpus };
}

/** Reads a module; it is checked when its subject is made. Throws ModuleError. */
export async function moduleTarget(path: string, settings: ReadonlyMap<string, number>): Promise<Target> {
  const [{ readModule }, { importedTexts }] = await Promise.all([
    import('../../stepper/module/module.ts'),
    import('../../stepper/module/module-imported.ts'),
  ]);
  const text = readModule(path, path);
  const imports = importedTexts(path, text);
  const name = basename(path);
  return { kind: 'module', name, path, text, settings: Object.fromEntries(settings), imports, mutant: null };
}

/** The image of a scenario's program. Throws ProgramError. */
export function imageOf(target: Target & { kind: 'scenario' }): ProgramImage {
  return assembleText(target.text, fileOf(target));
}

/** How messages call the program. */
const fileOf = ({ name }: Target): string => (name.endsWith('.prog') ? name : `${name}.prog`);

/**
 * Makes the subject of a target, which takes a machine of its own. A kernel is stepped by `engine`, by default that of this host.
 * Throws ProgramError, ModuleError, JavascriptError.
 */
export async function subjectOf(target: Target, engine?: Engine): Promise<Subject> {
  if (target.kind === 'scenario') {
    const { KernelSubject, loadKernel } = await import('./kernel-subject.ts');
    const image = imageOf(target);
    const kernel = await loadKernel(engine);
    try {
      return new KernelSubject(kernel, image, target.cpus ?? image.cpus, target);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ProgramError(fileOf(target), { line: 1, column: 1 }, error.message);
    }
  }
  if (target.kind === 'javascript') {
    const { subjectOfJavascript } = await import('./javascript-subject.ts');
    return subjectOfJavascript(target);
  }
  const [{ loadModuleText }, { ModuleSubject }] = await Promise.all([
    import('../../stepper/module/module.ts'),
    import('./module-subject.ts'),
  ]);
  const settings = new Map(Object.entries(target.settings));
  return new ModuleSubject(await loadModuleText(target.path, target.text, settings, false, target.imports));
}
