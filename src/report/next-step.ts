/** What to type next: one line behind the verdict of a search. */
import { PORTFOLIO } from '../explore/strategies/index.ts';
import { checkersOff, type Claim } from './coverage.ts';
import { shortfallOf } from './completeness.ts';
import type { ShownBug } from './explore-report.ts';

/** `again`: the command as it was typed, but for strategy and budget. `bug`: the first of those that are new. */
export function nextStep(claim: Claim, again: string, bug: ShownBug | undefined): string {
  return bug === undefined ? withoutBug(claim, again) : withBug(bug, again);
}

function withBug({ recording, simplified }: ShownBug, again: string): string {
  if (recording === null) return `${again} --out DIR, where recordings can be written`;
  return simplified === 'yes' ? `tasklock replay ${recording} --trace` : `tasklock minimize ${recording}`;
}

function withoutBug(claim: Claim, again: string): string {
  const { facts, identity } = claim;
  const isModule = identity.subjects[0]?.kind === 'module';
  const shortfall = shortfallOf(facts);
  if (shortfall === undefined) {
    const [off] = checkersOff(identity);
    if (off !== undefined && claim.states === null) return `${again} --checkers ${off}`;
    if (identity.subjects[0]?.kind === 'javascript')
      return 'nothing is left at this size; more calls or agents make it larger';
    if (identity.subjects[0]?.kind === 'scenario')
      return 'nothing is left of this program; one more call makes it larger';
    const larger = claim.scope === undefined ? '--set NAME=n makes' : '--cpus n and --calls n make';
    return `nothing is left at this size; ${larger} it larger`;
  }
  const more = `${again} --duration 10m`;
  switch (shortfall.kind) {
    case 'sample':
      return isModule && identity.strategy !== PORTFOLIO ? `${again} --strategy dpor` : more;
    case 'bound':
      return isModule ? `${again} --strategy dpor` : more;
    case 'shard':
      return 'tasklock merge FILE..., when the other shards are done';
    case 'cut':
      // What is searched in scenarios has no checkpoint.
      return claim.scope === undefined ? shortfall.next : `${again} --duration 10m`;
  }
}
