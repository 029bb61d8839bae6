import type { ProfileName } from '../kernel/profiles.ts';
import { parseProgram } from './parser.ts';

/**
 * The text of a program for another kernel: its `profile` line names that, or it gets one behind its last line, so that
 * every other line stays where it is. Throws a ProgramError for a text that is no program.
 */
export function withProfile(source: string, file: string, profile: ProfileName): string {
  if (parseProgram(source, file).profile === profile) return source;
  const replaced = source.replace(/^profile[ \t]+[^\s#]+/m, `profile ${profile}`);
  const text = replaced === source ? `${source.trimEnd()}\nprofile ${profile}\n` : replaced;
  if (parseProgram(text, file).profile !== profile) throw new Error(`${file}: its profile could not be replaced`);
  return text;
}
