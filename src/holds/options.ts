/** What `holds` takes, as the options of `tasklock explore`: their names, what they mean and what is wrong are the command's. */
import { didYouMean } from '../base/suggest.ts';
import { HoldsError } from './holds-error.ts';

/** As on the command line, where docs/cli.md says what each means. */
export interface HoldsOptions {
  readonly strategy?: 'portfolio' | 'random' | 'pct' | 'pos' | 'dfs' | 'dpor' | undefined;
  /** Without a strategy it is that of `dfs`, which then searches alone; so is `delays`. */
  readonly preemptions?: number | undefined;
  readonly delays?: number | undefined;
  readonly depth?: number | undefined;
  readonly stateful?: boolean | undefined;
  readonly executions?: number | undefined;
  /** As `500ms`, `10s` or `2m`. */
  readonly duration?: string | undefined;
  readonly stopAtFirst?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly jobs?: number | undefined;
  /** Names, or `default`, `all` or `none`. */
  readonly checkers?: string | readonly string[] | undefined;
  readonly timeouts?: 'idle' | 'any' | undefined;
  /** Numbers in place of constants of a module. */
  readonly set?: Readonly<Record<string, number>> | undefined;
  readonly cpus?: number | undefined;
  readonly calls?: number | undefined;
  /** Where recordings go. */
  readonly out?: string | undefined;
  /** Ends the search, which then rejects. */
  readonly signal?: AbortSignal | undefined;
}

type Kind = 'number' | 'string' | 'boolean' | 'list' | 'numbers' | 'signal';

const KINDS: Readonly<Record<keyof HoldsOptions, Kind>> = {
  strategy: 'string',
  preemptions: 'number',
  delays: 'number',
  depth: 'number',
  stateful: 'boolean',
  executions: 'number',
  duration: 'string',
  stopAtFirst: 'boolean',
  seed: 'number',
  jobs: 'number',
  checkers: 'list',
  timeouts: 'string',
  set: 'numbers',
  cpus: 'number',
  calls: 'number',
  out: 'string',
  signal: 'signal',
};

const WORDS: Readonly<Record<Kind, string>> = {
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  list: 'a name or a list of names',
  numbers: 'an object of numbers',
  signal: 'an AbortSignal',
};

const isText = (value: unknown): value is string => typeof value === 'string';

function isOfKind(kind: Kind, value: unknown): boolean {
  if (kind === 'list') return isText(value) || (Array.isArray(value) && value.every(isText));
  if (typeof value !== 'object') return typeof value === kind;
  if (value === null || Array.isArray(value)) return false;
  if (kind === 'signal') return 'aborted' in value && 'addEventListener' in value;
  return kind === 'numbers' && Object.values(value).every((one) => typeof one === 'number');
}

/** `stopAtFirst` is `--stop-at-first`. */
const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function argumentsOf(name: string, value: unknown): string[] {
  const flag = flagOf(name);
  if (typeof value === 'boolean') return value ? [flag] : [];
  if (Array.isArray(value)) return [`${flag}=${value.length === 0 ? 'none' : value.join(',')}`];
  if (typeof value === 'object') return Object.entries(value as object).map(([key, one]) => `${flag}=${key}=${one}`);
  return [`${flag}=${String(value)}`];
}

/**
 * Options as arguments of the command; those that are undefined are not there. Throws HoldsError for one that there is not
 * and for a value of another kind; what a value may be the command says.
 */
export function commandOptions(options: HoldsOptions): string[] {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof HoldsOptions] : undefined;
    if (kind === undefined) throw new HoldsError(`there is no option ${name}${didYouMean(name, Object.keys(KINDS))}`);
    if (!isOfKind(kind, value)) throw new HoldsError(`the option ${name} takes ${WORDS[kind]}`);
  }
  const { strategy, preemptions, delays } = options;
  const isBounded = (preemptions ?? delays) !== undefined && strategy === undefined;
  return [
    ...(isBounded ? ['--strategy=dfs'] : []),
    ...given.filter(([name]) => name !== 'signal').flatMap(([name, value]) => argumentsOf(name, value)),
  ];
}
