/** What a verdict covers, and what it does not: said of every search, by explore and by merge. */
import { checkers as allCheckers } from '../check/observers/checkers.ts';
import type { Identity } from '../explore/search/identity.ts';
import { type SearchFacts, shortfallOf } from './completeness.ts';
import type { Verdict } from '../check/evidence/ledger.ts';
import { grouped, plural } from './table.ts';
import { wrapped } from './wrap.ts';

export interface Claim {
  readonly identity: Identity;
  readonly facts: SearchFacts;
  readonly verdict: Verdict;
  /** Different bugs, and executions that count. */
  readonly bugs: number;
  readonly executions: number;
  /** Of a search by states, those that were met; else null. */
  readonly states: number | null;
  /** Of scenarios made of operations: which ones were covered. */
  readonly scope?: string | undefined;
}

const models: Readonly<Record<Identity['model'], string>> = { sc: 'sequential consistency' };

const modelOf = ({ model }: Identity): string => `under ${models[model]}`;

/** The verdict as one line, however long. */
export function summaryOf({ identity, facts, verdict, bugs, executions, states, scope }: Claim): string {
  const shortfall = shortfallOf(facts);
  const size = states === null ? plural(executions, 'execution') : plural(states, 'state');
  const where = identity.shard === null ? size : `shard ${identity.shard.index} of ${identity.shard.of}, ${size}`;
  const model = modelOf(identity);
  if (verdict === 'bug') {
    const found = `FOUND ${bugs} ${bugs === 1 ? 'BUG' : 'DIFFERENT BUGS'} in ${where}`;
    if (shortfall === undefined) return `${found}, complete ${model}`;
    return shortfall.kind === 'sample' ? `${found} ${model}` : `${found} ${model}; ${shortfall.why}`;
  }
  if (shortfall === undefined) {
    if (scope !== undefined) {
      const how = states === null ? size : `${plural(executions, 'execution')} or as one of ${plural(states, 'state')}`;
      return `PROVED: ${scope}, complete ${model}, every interleaving by ${how}`;
    }
    return states === null
      ? `PROVED: complete ${model}, every interleaving is covered by ${size}`
      : `PROVED: complete ${model}, all ${grouped(states)} states were visited`;
  }
  const nothing = `NOTHING FOUND in ${where} ${model}, not a proof`;
  if (scope !== undefined) {
    const isMissing = facts.missing.length > 0 || facts.parts.some(({ withheld = [] }) => withheld.length > 0);
    return `${nothing}: ${scope} are covered whole${isMissing ? `; ${shortfall.why}` : ''}`;
  }
  return shortfall.kind === 'bound'
    ? `${nothing}: all there are with ${shortfall.why}`
    : `${nothing}: ${shortfall.why}`;
}

/** What the search was not made to see; of checkers those that were off, by name. */
export function notJudged({ identity, facts, states }: Pick<Claim, 'identity' | 'facts' | 'states'>): string[] {
  const endless = states !== null ? ['executions without an end'] : [];
  const isFaulty = identity.subjects.some(({ faults }) => faults !== undefined);
  const expected = isFaulty ? ['expectations and waits behind a failure on purpose'] : [];
  const isTimed = identity.subjects.some(({ kind }) => kind === 'javascript');
  const time = isTimed ? ['time that passes while somebody can go on'] : [];
  return [
    'weaker memory models',
    ...time,
    ...notTried({ identity, facts }),
    ...endless,
    ...expected,
    ...checkersOff(identity),
  ];
}

/**
 * What a search of kernels leaves out that claims all within its bounds: how executions begin (explore/subject/opening.ts), and where
 * dpor tries one of several orders, what looks at the state as a whole sees that one.
 */
function notTried({ identity, facts }: Pick<Claim, 'identity' | 'facts'>): string[] {
  const kernels = identity.subjects.filter(({ kind }) => kind === 'scenario');
  const shortfall = shortfallOf(facts);
  if (kernels.length === 0 || (shortfall !== undefined && shortfall.kind !== 'bound')) return [];
  const begins = kernels.some(({ cpus, ticks }) => cpus > 1 && ticks === undefined);
  return [
    ...(begins ? ['other orders in which CPUs come to rest at first'] : []),
    ...(identity.strategy === 'dpor' ? ['structures, references and answers in orders that dpor takes for one'] : []),
  ];
}

/** Checkers that could have judged it and were off. */
export function checkersOff({ subjects, checkers }: Pick<Identity, 'subjects' | 'checkers'>): string[] {
  const kind = subjects[0]?.kind ?? 'scenario';
  const fits = ({ forModules, standard }: (typeof allCheckers)[number]): boolean =>
    kind === 'module' ? forModules : standard.includes(kind);
  const fitting = kind === 'scenario' ? allCheckers : allCheckers.filter(fits);
  return fitting.map(({ name }) => name).filter((name) => !checkers.includes(name));
}

/** The verdict for a screen of 80 columns. */
export function verdictLines(claim: Claim): string[] {
  const { identity } = claim;
  const off = checkersOff(identity);
  const how = off.length === 0 || claim.states !== null ? '' : ` (--checkers ${off.length === 1 ? off[0] : 'all'})`;
  return [...wrapped(summaryOf(claim)), ...wrapped(`not judged: ${notJudged(claim).join(', ')}${how}`)];
}

/** The same for tools. */
export function coverageJson(claim: Claim) {
  const { model } = claim.identity;
  return {
    covers: { model, summary: summaryOf(claim), notJudged: notJudged(claim) },
    shortfall: shortfallOf(claim.facts) ?? null,
  };
}
