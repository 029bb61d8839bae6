/** Two accesses of agents that race, written up. */
import { type Frame, frameText } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Race, Racer } from '../../javascript/race/races.ts';
import type { Words } from '../../javascript/words.ts';

const doesOf = ({ atomic, writes }: Racer): string => `${atomic ? 'atomic' : 'plain'} ${writes ? 'write' : 'read'}`;

export function raceFinding(race: Race, words: Words, frameOf: (site: number) => Frame): Finding {
  const sides = [race.earlier, race.later].map((racer) => ({ racer, frame: frameOf(racer.site), does: doesOf(racer) }));
  const key = ({ frame, does }: (typeof sides)[number]): string => `${frame.function} ${does}`;
  // The same title whichever came first.
  const named = sides.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const functions = [...new Set(named.map(({ frame }) => frame.function))].join(' / ');
  const place = words.nameOf(race.word);
  const where =
    place === undefined ? [] : [`nothing orders these accesses to byte ${place.byte} of ${place.place.name}`];
  return finding(
    'data-race',
    named.map(({ does }) => does).join(' against '),
    functions,
    race.word << 2,
    ...where,
    ...sides.map(
      ({ racer, frame, does }, i) =>
        `${i === 0 ? 'first' : 'then'} a ${does} by CPU#${racer.agent} in ${frameText(frame)}`,
    ),
  );
}
