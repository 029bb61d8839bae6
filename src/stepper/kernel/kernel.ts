/**
 * The kernel's own pass of the build, over a directory in which everything is compiled to JavaScript already:
 *
 *   check     src/kernel/*.ts against the kernel subset (check.ts)
 *   inline    numbers for layout tables, constants and _THIS_IP_, in the built kernel and machine (inline-built.ts)
 *   sites     sites.json, the places that _THIS_IP_ numbers
 *   twin      stepped/kernel.js and kernel.wasm, the same kernel as resumable code, and the places where it can stop (twin.ts)
 *   stretch   stepped/stretch.wasm, its steps with the checkers compiled in (stretch.ts)
 *   uncut     uncut/kernel.wasm, the same kernel for real threads, and what its host has to know (uncut.ts)
 *
 * It runs from the directory that it works on: tables are evaluated with the classes that made them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlineModules, readModules } from './inline-built.ts';
import { writeTwin } from './twin.ts';
import { writeInside } from './inside.ts';
import { writeStretch } from './stretch.ts';
import { writeUncut } from './uncut.ts';

export { checkKernel } from './check.ts';

export interface KernelBuild {
  /** Kernel and machine modules that got numbers. */
  readonly modules: number;
  readonly sites: number;
  readonly functions: number;
  readonly points: number;
}

/** Everything but the check; how much there was. `root` has the sources, `built` the modules. Throws SourceError. */
export async function buildKernel(root: string, built: string): Promise<KernelBuild> {
  const modules = await readModules(built);
  const sites = inlineModules(root, modules);
  writeFileSync(join(built, 'sites.json'), `${JSON.stringify(sites, null, 1)}\n`);
  writeInside(built);
  writeUncut(built);
  const twin = writeTwin(built);
  writeStretch(built);
  return { modules: modules.length, sites: sites.length - 1, ...twin };
}
