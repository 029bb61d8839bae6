/** Accesses that are noted with their call chains, as observers/access-log.ts has them. */
import { POINTS, AREA, CALLER, FUNCTION, RESUME, TOP } from '../../stepped/frames.ts';
import { FRAMES_AT } from '../../stepped/cut-places.ts';
import { at, put } from '../../stepped/inside/memory.ts';
import { cpu_area } from '../../machine/map.ts';
import { LOG, LOG_SIZE, LOG_USED, ROW_DEPTH, ROW_HEAD, STEP } from './places.ts';

/** 1 when there is room for so many more. */
export function roomForRows(count: number): number {
  return at(LOG_USED) + Math.imul(count, ROW_HEAD + ROW_DEPTH) > at(LOG_SIZE) ? 0 : 1;
}

/** Notes what a CPU is about to do; the number of the row. There has to be room. */
export function addRow(cpu: number, region: number, kind: number, address: number): number {
  const used = at(LOG_USED);
  const row = at(LOG) + 4 * used;
  put(row, cpu);
  put(row + 4, kind);
  put(row + 8, at(STEP));
  put(row + 12, at(at(region + 4 * AREA) + cpu_area.current));
  put(row + 16, at(address));
  let count = 0;
  let to = row + 4 * ROW_HEAD;
  let top = at(region + 4 * TOP);
  while (top !== 0 && count < ROW_DEPTH) {
    const frame = FRAMES_AT + 4 * top;
    put(to, at(frame + 4 * FUNCTION) * POINTS + at(frame + 4 * RESUME));
    to = to + 4;
    count++;
    top = at(frame + 4 * CALLER);
  }
  put(row + 20, count);
  put(LOG_USED, used + ROW_HEAD + count);
  return used;
}
