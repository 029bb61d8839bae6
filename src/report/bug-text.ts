/** The parts of a bug's screen that every command shows. */
import { grouped, plural } from './table.ts';
import { wrapped } from './wrap.ts';

/** The longest argument that Linux hands to a program, less the rest of the line. */
const MOST_ARGUMENT = 128 * 1024 - 1024;

const MOST_MOMENT = 24;

/** What every CPU was doing when the bug was seen. */
export function momentLines(moment: readonly string[]): string[] {
  const shown = moment.slice(0, MOST_MOMENT);
  const left = moment.length - shown.length;
  return [
    ...shown.flatMap((line) => wrapped(`  ${line}`)),
    ...(left > 0 ? [`  and ${plural(left, 'more line')}`] : []),
  ];
}

/** The line to copy that replays a recording: by its file, else by its token. */
export function replayLine({ recording, token }: { readonly recording: string | null; readonly token: string | null }) {
  if (recording !== null) return `tasklock replay ${recording}`;
  if (token === null) return 'it could not be recorded; run the same search again';
  if (token.length <= MOST_ARGUMENT) return `tasklock replay ${token}`;
  const size = `${grouped(token.length)} characters, more than a command line takes`;
  return `put this token into a file and replay that (${size}):\n${token}`;
}
