import type { Place } from './places.ts';
import { quoted } from './script.ts';

/** True in fish when the command line is in that place, and in none below. */
function condition({ path, commands }: Place): string {
  const [first = '', second] = path.split(' ');
  const inside = path === '' ? [] : [`__fish_seen_subcommand_from ${first}`];
  if (second !== undefined) inside.push(`__fish_seen_subcommand_from ${second}`);
  if (commands.length > 0) {
    inside.push(`not __fish_seen_subcommand_from ${commands.map(({ word }) => word).join(' ')}`);
  }
  return inside.length === 0 ? '' : ` -n ${quoted(inside.join('; and '))}`;
}

function placeLines(place: Place): string[] {
  const start = `complete -c tasklock${condition(place)}`;
  return [
    ...place.commands.map(({ word, about }) => `${start} -f -a ${word} -d ${quoted(about)}`),
    ...(place.operands.length > 0
      ? [`${start}${place.files ? '' : ' -f'} -a ${quoted(place.operands.join(' '))}`]
      : []),
    ...place.options.map(({ word, about, takesValue, values }) => {
      const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
      return `${start} -l ${word.slice(2)}${value} -d ${quoted(about)}`;
    }),
  ];
}

export const fishScript = (places: readonly Place[]): string => `${places.flatMap(placeLines).join('\n')}\n`;
