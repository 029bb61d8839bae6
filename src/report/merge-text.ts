/** Shards put together, for a person. */
import type { Merged } from './merge-json.ts';
import { shortfallOf } from './completeness.ts';
import { verdictLines } from './coverage.ts';
import { grouped, plural } from './table.ts';
import { wrapped } from './wrap.ts';

export function mergeText({ document, claim }: Merged): string {
  const { bugs, known, shards, ofShards, scenario, strategy, executions, redundant, repeated, bounded } = document;
  const more = [
    ...(redundant > 0 ? [`${plural(redundant, 'more execution')} given up on the way, as seen before`] : []),
    ...(repeated > 0 ? [`${plural(repeated, 'execution')} of a lower bound run again and not counted twice`] : []),
    ...(bounded > 0 ? [`${plural(bounded, 'execution')} met the step bound and ended only under a fair schedule`] : []),
  ];
  return `${[
    ...bugs.flatMap((bug) => [
      `BUG: ${bug.title}`,
      ...bug.seen.flatMap((seen) => seenLine(seen, claim.states !== null)),
    ]),
    ...known.map((bug) => `known: ${bug.title}`),
    ...wrapped(
      `${shards} of ${plural(ofShards, 'shard')} of ${scenario}, ${strategy}: ${plural(executions, 'execution')}`,
    ),
    ...more,
    ...verdictLines(claim),
    ...nextLines(claim),
  ].join('\n')}\n`;
}

/** What would make the whole of them complete. */
function nextLines({ facts, verdict }: Merged['claim']): string[] {
  const shortfall = verdict === 'bug' ? undefined : shortfallOf(facts);
  return shortfall === undefined ? [] : wrapped(`next: ${shortfall.next}`);
}

function seenLine(
  { scenario, times, of }: Merged['document']['bugs'][number]['seen'][number],
  stateful: boolean,
): string[] {
  return wrapped(`  ${scenario}: in ${grouped(times)} of ${grouped(of)} ${stateful ? 'transitions' : 'executions'}`);
}
