/** Numbers for names in the built modules of the kernel and the machine, in place. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMPILED_CHECKS, isTable, KERNEL_FOLDER, MACHINE_FOLDER } from '../../base/file-roles.ts';
import { parseSource, type Source } from '../source/source.ts';
import { type Constants, constantsOf } from './constants.ts';
import { inlineConstants } from './inline.ts';
import { type Site, sitesOf, UNKNOWN_SITE } from './sites.ts';

export interface BuiltModule {
  readonly path: string;
  readonly source: Source;
  readonly constants: Constants;
}

/** The modules in the order of their sites. Evaluates each of them. */
export async function readModules(built: string): Promise<BuiltModule[]> {
  const modules: BuiltModule[] = [];
  for (const folder of [KERNEL_FOLDER, MACHINE_FOLDER, COMPILED_CHECKS]) {
    const names = readdirSync(join(built, folder)).filter((name) => name.endsWith('.js'));
    for (const name of names.sort()) {
      const path = join(built, folder, name);
      const source = parseSource(`${folder}/${name}`, readFileSync(path, 'utf8'));
      modules.push({ path, source, constants: constantsOf(source, await import(pathToFileURL(path).href)) });
    }
  }
  return modules;
}

/** Rewrites the modules; returns the table of sites, whose places are those of the sources. */
export function inlineModules(root: string, modules: readonly BuiltModule[]): Site[] {
  const constants = new Map(modules.map((module) => [module.path, module.constants]));
  const sites = [UNKNOWN_SITE];
  for (const { path, source } of modules) {
    if (isTable(source.file)) continue;
    const typescript = source.file.replace(/\.js$/, '.ts');
    const found = sitesOf(parseSource(typescript, readFileSync(join(root, typescript), 'utf8')));
    const { text, sites: numbered } = inlineConstants(source, {
      constantsOf: (from) => constants.get(resolve(path, '..', from)),
      firstSite: sites.length,
    });
    if (numbered !== found.length) throw new Error(`${typescript}: ${found.length} sites became ${numbered}`);
    sites.push(...found);
    writeFileSync(path, text);
  }
  return sites;
}
