/**
 * Colour on a terminal: marks around parts of lines that are plain text already, so that what a module or a recording says is
 * never read as a mark (visible.ts). Whether there is any: --color, else NO_COLOR and FORCE_COLOR (no-color.org,
 * force-color.org), else whether stdout is a terminal.
 */
export type When = 'auto' | 'always' | 'never';

const isWhen = (text: string | undefined): text is When => text === 'auto' || text === 'always' || text === 'never';

export interface ColorChoice {
  /** What the command is given: all but --color and its value. */
  readonly args: readonly string[];
  readonly when: When;
  /** What is wrong with it. */
  readonly trouble?: string;
}

/** Takes --color out of the arguments, up to `--`; the last one counts. */
export function takeColor(args: readonly string[]): ColorChoice {
  const rest: string[] = [];
  let when: When = 'auto';
  for (let i = 0; i < args.length; i++) {
    const one = args[i] as string;
    if (one === '--') return { args: [...rest, ...args.slice(i)], when };
    if (one !== '--color' && !one.startsWith('--color=')) {
      rest.push(one);
      continue;
    }
    const value = one === '--color' ? args[++i] : one.slice('--color='.length);
    if (!isWhen(value)) return { args, when, trouble: `--color takes auto, always or never, not "${value ?? ''}"` };
    when = value;
  }
  return { args: rest, when };
}

type Environment = Readonly<Record<string, string | undefined>>;

export function wantsColor(when: When, { NO_COLOR, FORCE_COLOR, TERM }: Environment, isTerminal: boolean): boolean {
  if (when !== 'auto') return when === 'always';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
}

const BOLD = '1';
const DIM = '2';
const RED = '31';
const GREEN = '32';
const YELLOW = '33';
const BAD = `${BOLD};${RED}`;
/** Of CPU 0, 1, ... and from the first again. */
const CPU_COLORS = ['36', '35', '33', '34', '32', '31'];

/** Parts of lines by what they are; the first that fits counts. */
const parts: readonly (readonly [RegExp, string | ((part: string) => string)])[] = [
  [/^BUG: .*$/, BAD],
  [/^(?:FAIL|FOUND|DIVERGED)\b/, BAD],
  [/^(?:PASS|PROVED|REPRODUCED|VERIFIED)\b/, `${BOLD};${GREEN}`],
  [/^(?:INCONCLUSIVE|NOTHING FOUND|UNDECIDED)\b/, `${BOLD};${YELLOW}`],
  [/^ {9}\^ .*$/, RED],
  [/^ +\(\+[\d ]+ steps?\)$/, DIM],
  [/^(?:interleaving with .*|why:|nobody can go on:)/, BOLD],
  [/^tasklock replay .*$/, BOLD],
  [/^ {2}CPU#\d+(?: \S+)?$/, (part) => `${BOLD};${CPU_COLORS[numberIn(part) % CPU_COLORS.length]}`],
];

const numberIn = (part: string): number => Number(/\d+/.exec(part)?.[0] ?? 0);

/** The same text with colour. */
export function painted(text: string): string {
  return text.split('\n').map(paintedLine).join('\n');
}

function paintedLine(line: string): string {
  for (const [pattern, color] of parts) {
    const part = pattern.exec(line)?.[0];
    if (part === undefined) continue;
    const code = typeof color === 'string' ? color : color(part);
    return `\u001b[${code}m${part}\u001b[0m${line.slice(part.length)}`;
  }
  return line;
}
