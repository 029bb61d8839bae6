/** The parts that the scripts for bash and zsh have in common: both read a `case`. */
import type { Place } from './places.ts';

/** Between single quotes, for any shell of the three. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const words = (all: readonly string[]): string => quoted(all.join(' '));

/** Lines of a case over `$place:$word`: the command that a word leads to. */
export function pathCases(places: readonly Place[]): string[] {
  return places.flatMap(({ path, commands }) =>
    commands.map(({ word }) => `      ${quoted(`${path}:${word}`)}) place=${quoted(`${path} ${word}`.trim())} ;;`),
  );
}

/** Lines of a case over `$place:$prev`: values of an option. */
export function valueCases(places: readonly Place[]): string[] {
  return places.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ word, values }) => {
        const what = values.length > 0 ? `candidates=${words(values)}` : 'files=1';
        return `    ${quoted(`${path}:${word}`)}) value=1 ${what} ;;`;
      }),
  );
}

/** Lines of a case over `$place`: what else can follow. `options` are those that the word at hand begins like. */
export function placeCases(places: readonly Place[]): string[] {
  return places.map(({ path, options, commands, operands, files }) => {
    const rest = [...commands.map(({ word }) => word), ...operands];
    const other = `candidates=${words(rest)}${files ? ' files=1' : ''}`;
    return `      ${quoted(path)}) options=${words(options.map(({ word }) => word))} ${other} ;;`;
  });
}
