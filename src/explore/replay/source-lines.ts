/** The text of the line where a CPU stands: of the recorded module, or of the kernel as the package has it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from '../../check/evidence/call-chain.ts';
import type { Target } from '../subject/targets.ts';

/** Without the blanks around it; null where it is not known. */
export type SourceLine = (frame: Frame) => string | null;

/** Of what a target runs. */
export function sourceLines(target: Target): SourceLine {
  const textOf = target.kind === 'module' ? moduleTexts(target) : target.kind === 'scenario' ? kernelText : fileText;
  const known = new Map<string, readonly string[]>();
  return ({ file, line }) => {
    const lines = known.get(file) ?? (textOf(file) ?? '').split('\n');
    known.set(file, lines);
    return lines[line - 1]?.trim() || null;
  };
}

/** Frames of a module name the file alone: where two files of it have the same name, neither is taken. */
function moduleTexts({ path, text, imports = {} }: Target & { kind: 'module' }): (file: string) => string | undefined {
  const texts: readonly (readonly [string, string])[] = [[path, text], ...Object.entries(imports)];
  return (file) => {
    const [one, another] = texts.filter(([where]) => basename(where) === file);
    return another === undefined ? one?.[1] : undefined;
  };
}

/** Frames of JavaScript name files as seen from where the command runs. */
const fileText = (file: string): string | undefined => textIn(resolve(file));

const TOP = new URL('../../../../', import.meta.url);

function kernelText(file: string): string | undefined {
  return textIn(fileURLToPath(new URL(file, TOP)));
}

const textIn = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
