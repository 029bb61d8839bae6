/**
 * The model held against the real clock: the same locks under the same loads, on a machine made from what was measured in
 * the same run. Rates are compared within one clock, each with the median lock of its number of CPUs, since a modelled
 * cycle is not a real one; what has to agree is who is how much faster than whom.
 */
import { locks as allLocks } from '../../machine/locks/index.ts';
import type { LabResult, LockRow, ModelCheckRow, Phase } from '../result.ts';
import { sampleOf } from '../sample.ts';
import { measuredMachine, type Probe } from './parameters.ts';
import { runModel } from './run.ts';

/** Rows that differ by less than this share on the real clock are not ranked. */
const ALIKE = 0.15;
const TURNS_EACH = 400;
const CHECKED_CPUS = [1, 2];

/**
 * Rows for real rows of exclusive locks on one and two CPUs; of those on two, only the ones in the phase of most. Fewer
 * when it is told to stop.
 */
export async function checkModel(real: LabResult, seed: number, stopped: () => boolean): Promise<ModelCheckRow[]> {
  const { plainNs = 1, lockedNs = 1, relaxNs = 1, pingPongOf } = real.machine;
  const two = real.rows.filter(({ load }) => load.cpus === 2);
  const phase: Phase = 2 * two.filter((row) => row.phase === 'far').length > two.length ? 'far' : 'near';
  const probe: Probe = { pingPongNs: pingPongOf?.[phase] ?? 0, plainNs, lockedNs, relaxNs };
  const rows = real.rows.filter((row) => {
    const { load, throughput } = row;
    return CHECKED_CPUS.includes(load.cpus) && throughput.median > 0 && (load.cpus === 1 || row.phase === phase);
  });
  const kinds = allLocks.filter(({ name, shape }) => shape === 'exclusive' && rows.some((row) => row.lock === name));
  const loads = [...new Map(rows.map(({ load }) => [JSON.stringify(load), load])).values()];
  const parameters = measuredMachine(probe);
  const turnsEach = TURNS_EACH;
  const model = await runModel({ locks: kinds, loads, parameters, sockets: 1, seed, turnsEach, stopped });
  return loads.flatMap((load) => {
    const pairs = model.rows.flatMap((modelled): readonly (readonly [LockRow, LockRow])[] => {
      if (modelled.load !== load) return [];
      const measured = rows.find(
        (row) => row.lock === modelled.lock && JSON.stringify(row.load) === JSON.stringify(load),
      );
      return measured === undefined ? [] : [[measured, modelled]];
    });
    const middle = (side: 0 | 1): number => sampleOf(pairs.map((pair) => pair[side].throughput.median)).median;
    const [realMiddle, modelMiddle] = [middle(0), middle(1)];
    return pairs.map(([measured, modelled]): ModelCheckRow => {
      const [a, b] = [measured.throughput.median, modelled.throughput.median];
      return { lock: measured.lock, cpus: load.cpus, real: a, model: b, error: b / modelMiddle / (a / realMiddle) };
    });
  });
}

/** Of the pairs of locks that differ on the real clock, the share that the model orders alike; 1 when there are none. */
export function rankAgreement(rows: readonly ModelCheckRow[]): number {
  let pairs = 0;
  let alike = 0;
  for (const [i, one] of rows.entries()) {
    for (const other of rows.slice(i + 1)) {
      if (one.cpus !== other.cpus || Math.abs(one.real - other.real) < ALIKE * Math.max(one.real, other.real)) continue;
      pairs++;
      if (one.real > other.real === one.model > other.model) alike++;
    }
  }
  return pairs === 0 ? 1 : alike / pairs;
}
