/** Why a bug shows, in words: which orders decide it, as far as they were tried, and who waits for whom. */
import type { Decisive, DecisiveChoice, Why } from '../explore/replay/why.ts';
import type { Waiting } from '../explore/replay/waiting.ts';
import type { ToldMove } from '../explore/replay/told-move.ts';
import { STORE, WRITE_ONCE } from '../machine/access.ts';
import { valueOf } from '../stepped/move.ts';
import { called } from './access-text.ts';
import { grouped } from './table.ts';
import { wrapped } from './wrap.ts';

export function whyLines(why: Why | undefined): string[] {
  if (why === undefined) return [];
  return [...waitingLines(why.waiting), ...orderLines(why), ...choiceLines(why)];
}

/** Nothing where no value but 0 was chosen: it is in no way special then. */
function choiceLines({ choicesTried, choices }: Why): string[] {
  if (choices.length === 0) return [];
  const how = `${grouped(choices.length)} of ${grouped(choicesTried)} that were tried`;
  return [...wrapped(`why: it needs what was chosen (${how}):`), ...choices.flatMap(choiceText)];
}

function choiceText({ choice, isFree, titles }: DecisiveChoice): string[] {
  const { cpu, move, of } = choice;
  const then = thenText(choice, titles);
  return [
    ...wrapped(`  CPU#${cpu} chose ${valueOf(move)} of ${of} (${placeText(choice)});`),
    ...wrapped(`  with 0${isFree ? ', and going on from there,' : ''} ${then}`),
  ];
}

function orderLines({ tried, decide, all, decisive }: Why): string[] {
  if (tried === 0) return [];
  const more = all ? '' : ', more were left';
  if (decide === 0)
    return wrapped(`why: no order of two accesses decides it alone (${grouped(tried)} turned round${more})`);
  const these = decisive.length === 1 ? 'this order prevents' : 'each of these orders prevents';
  const how = `${grouped(decide)} of ${grouped(tried)} that were tried ${decide === 1 ? 'does' : 'do'}${more}`;
  return [...wrapped(`why: ${these} it when it is turned round (${how}):`), ...decisive.flatMap(lines)];
}

function lines({ earlier, later, isMade, isFree, titles }: Decisive): string[] {
  const end = isMade ? placeText(later) : `about to be made, ${whereText(later)}`;
  return [
    ...wrapped(`  ${sideText(earlier)} (${placeText(earlier)})`),
    ...wrapped(`  came before ${sideText(later)} (${end});`),
    ...wrapped(`  the other way round${isFree ? ', and going on from there,' : ''} ${thenText(earlier, titles)}`),
  ];
}

/** A kernel goes on after a warning: what else comes up later has nothing to do with it. */
function thenText({ blamed }: ToldMove, titles: readonly string[]): string {
  if (blamed?.file.startsWith('src/') === true) return 'this does not happen';
  return titles.length === 0 ? 'nothing goes wrong' : `this does not happen, but ${titles[0]}`;
}

/** `CPU#0's store to HEAD`. */
function sideText({ cpu, access, detail }: ToldMove): string {
  const what = called(access?.kind ?? 'step');
  const link = detail.kind === STORE || detail.kind === WRITE_ONCE ? 'to' : 'of';
  return `CPU#${cpu}'s ${what} ${link} ${detail.name}`;
}

const placeText = (move: ToldMove): string => `step ${grouped(move.step)}, ${whereText(move)}`;
const whereText = ({ blamed }: ToldMove): string => (blamed === undefined ? '?' : `${blamed.function}:${blamed.line}`);

function waitingLines(all: readonly Waiting[]): string[] {
  if (all.length === 0) return [];
  const cycle = cycleOf(all);
  return [
    'nobody can go on:',
    ...all.flatMap((one) => wrapped(`  ${waitingText(one)}`)),
    ...(cycle.length === 0 ? [] : wrapped(`  in a circle: ${cycle.map((cpu) => `CPU#${cpu}`).join(' waits for ')}`)),
  ];
}

function waitingText({ cpu, at, what, by, since }: Waiting): string {
  const who = `CPU#${cpu}`;
  const { name } = at.detail;
  const other = by === null ? '' : `CPU#${by.cpu}`;
  if (what === 'lock') {
    return by === null
      ? `${who} waits for ${name}, which nobody has taken`
      : `${who} waits for ${name}, which ${other} took at ${placeText(by)}`;
  }
  if (what === 'sleep') {
    const asleep = `${who} sleeps on ${name} since step ${grouped(since ?? 0)}`;
    // Agents say what they do in their own words.
    const wake = at.detail.said === undefined ? 'futex_wake' : 'Atomics.notify';
    if (by === null) return `${asleep}; nobody has called ${wake} there`;
    const when = by.step < (since ?? 0) ? ', before that' : ', which woke others';
    return `${asleep}; the last ${wake} there was ${other}'s at ${placeText(by)}${when}`;
  }
  return by === null
    ? `${who} waits for ${name} to change, and nobody has changed it`
    : `${who} waits for ${name} to change, as ${by.cpu === cpu ? 'itself' : other} did last at ${placeText(by)}`;
}

/** The CPUs of a circle of locks, the first again at its end. */
function cycleOf(all: readonly Waiting[]): number[] {
  const next = new Map(
    all.flatMap(({ cpu, what, by }) => (what === 'lock' && by !== null ? [[cpu, by.cpu] as const] : [])),
  );
  for (const start of next.keys()) {
    const path = [start];
    for (let at = next.get(start); at !== undefined; at = next.get(at)) {
      path.push(at);
      if (at === start) return path;
      if (path.length > next.size) break;
    }
  }
  return [];
}
