/** What a person can ask to explore: a small scenario by name, a program, a module. */
import { basename } from 'node:path';
import { assembleText } from '../scenario/assemble.ts';
import type { ProgramImage } from '../scenario/image.ts';
import { type LoadedModule, loadModule, loadModuleText } from '../stepper/module.ts';
import { KernelSubject, loadKernel, type SteppedKernel } from './kernel-subject.ts';
import { ModuleSubject } from './module-subject.ts';
import type { Subject } from './subject.ts';

/**
 * A target as data: it can be handed to another thread or written into a recording, and makes the same subject there.
 * `text` is the whole program, or the source of the module; `path` where the module's imports are looked for.
 */
export type Target =
  | { readonly kind: 'scenario'; readonly name: string; readonly text: string; readonly cpus: number | undefined }
  | {
      readonly kind: 'module';
      readonly name: string;
      readonly path: string;
      readonly text: string;
      readonly settings: Readonly<Record<string, number>>;
    };

/** The target of a program text. Its profile and CPUs are those it names. */
export function scenarioTarget(name: string, text: string, cpus?: number): Target {
  return { kind: 'scenario', name, text, cpus };
}

/** Reads and checks a module. Throws ModuleError. */
export async function moduleTarget(path: string, settings: ReadonlyMap<string, number>): Promise<Target> {
  const { text } = await loadModule(path, settings);
  return { kind: 'module', name: basename(path), path, text, settings: Object.fromEntries(settings) };
}

let kernel: Promise<SteppedKernel> | undefined;
const modules = new Map<string, Promise<LoadedModule>>();

/** The image of a scenario's program. Throws ProgramError. */
export function imageOf(target: Target & { kind: 'scenario' }): ProgramImage {
  return assembleText(target.text, target.name.endsWith('.prog') ? target.name : `${target.name}.prog`);
}

/** A subject on a fresh machine. */
export async function createSubject(target: Target): Promise<Subject> {
  if (target.kind === 'scenario') {
    kernel ??= loadKernel();
    const image = imageOf(target);
    return new KernelSubject(await kernel, image, target.cpus ?? image.cpus);
  }
  const key = JSON.stringify(target);
  const loaded = modules.get(key) ?? loadModuleText(target.path, target.text, new Map(Object.entries(target.settings)));
  modules.set(key, loaded);
  return new ModuleSubject(await loaded);
}

