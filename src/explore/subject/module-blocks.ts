/** Blocks of a module's heap in reports: which ones were never freed, and what became of one. */
import { type Frame, frameText } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Site } from '../../stepped/heap.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';

const hex = (address: number): string => `0x${(address >>> 0).toString(16)}`;
const siteText = ({ cpu }: Site, frame: Frame): string => `CPU#${cpu} in ${frameText(frame)}`;

/** The blocks that are live when every CPU is done, one finding for each. `frame` tells what a place is. */
export function leaks({ heap }: SteppedMachine, frame: (place: number) => Frame): Finding[] {
  return (heap?.live() ?? []).map(({ address, taken }) =>
    finding('leak', 'block never freed', frame(taken.place).function, address),
  );
}

/**
 * What a block is called: where it was allocated last, and which one of the blocks of its CPU it is, `push:20#1.2` the second
 * of CPU#1, `setup:9#1` the first of setup(). One that an address is handed out for again keeps its number. undefined outside
 * all blocks.
 */
export function blockName(
  machine: Pick<SteppedMachine, 'heap' | 'cpus'>,
  address: number,
  frame: (place: number) => Frame,
): { readonly name: string; readonly offset: number } | undefined {
  const { heap, cpus } = machine;
  const facts = heap?.factsOf(address);
  const base = facts?.address ?? address;
  const number = heap?.numberOf(base);
  if (number === undefined) return undefined;
  const which = `#${number.cpu < cpus ? `${number.cpu}.` : ''}${number.number}`;
  if (facts === undefined) return { name: `block${which}`, offset: 0 };
  const at = frame(facts.taken.place);
  return { name: `${at.function}:${at.line}${which}`, offset: (address >>> 0) - base };
}

/** What is known of the block that an address lies in; nothing for an address in none. */
export function blockLines({ heap, cpus }: SteppedMachine, address: number, frame: (place: number) => Frame): string[] {
  const facts = heap?.factsOf(address);
  if (facts === undefined) return [];
  const who = (site: Site): string =>
    site.cpu < cpus ? siteText(site, frame(site.place)) : frameText(frame(site.place));
  const offset = (address >>> 0) - facts.address;
  const inside = offset === 0 ? '' : `, ${offset} bytes behind its beginning`;
  return [
    `block ${blockName({ heap, cpus }, address, frame)?.name} of ${facts.bytes} bytes at ${hex(facts.address)}${inside}`,
    `  allocated by ${who(facts.taken)}`,
    ...(facts.freed === undefined ? [] : [`  freed by ${who(facts.freed)}`]),
  ];
}
