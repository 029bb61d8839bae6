/** A compiled module as code: the one place where text becomes any, and it is of our making. */
import { basename } from 'node:path';
import { compileFunction } from 'node:vm';
import * as chosenLocks from '../../machine/chosen-locks.ts';
import * as fault from '../../machine/fault.ts';
import type { CompiledModule } from '../../stepped/compiled-module.ts';

/** The files of ours that a compiled module may import. */
const FILES: Readonly<Record<string, object>> = { 'fault.js': fault, 'chosen-locks.js': chosenLocks };

const IMPORT = /^import (\{ [\w, ]+ \}) from '([^']*)';$/;
const EXPORT = /^export (?:const|function) (\w+)/;

/**
 * What a text exports that was held against its grammar (generated.ts), where a module of ours begins each import and each
 * export with a line. A function is made of it, which is up in less time than a module and is gone when nobody has it any more.
 */
export function moduleOf(text: string): CompiledModule {
  const files: object[] = [];
  const exported: string[] = [];
  const lines = text.split('\n').map((line) => {
    const [, names, url] = IMPORT.exec(line) ?? [];
    if (names !== undefined && url !== undefined) return `const ${names} = $files[${files.push(fileAt(url)) - 1}];`;
    const name = EXPORT.exec(line)?.[1];
    if (name === undefined) return line;
    exported.push(name);
    return line.slice('export '.length);
  });
  const body = ["'use strict';", ...lines, `return { ${exported.join(', ')} };`].join('\n');
  return compileFunction(body, ['$files'])(files) as CompiledModule;
}

function fileAt(url: string): object {
  const file = FILES[basename(url)];
  if (file === undefined) throw new Error(`${url} is not for a compiled module`);
  return file;
}
