import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CpuSet } from '../../dist/src/base/cpu-set.js';

const cpu = fc.integer({ min: 0, max: 63 });
const some = fc.uniqueArray(cpu, { maxLength: 64 });

function setOf(cpus: readonly number[]): CpuSet {
  const set = new CpuSet();
  for (const one of cpus) set.add(one);
  return set;
}

function members(set: CpuSet): number[] {
  const found: number[] = [];
  for (let one = set.next(-1); one >= 0; one = set.next(one)) found.push(one);
  return found;
}

const sorted = (cpus: Iterable<number>): number[] => [...cpus].sort((a, b) => a - b);

test('is a set of the numbers from 0 to 63', () => {
  fc.assert(
    fc.property(some, some, cpu, (a, b, one) => {
      const [left, right] = [new Set(a), new Set(b)];
      const set = setOf(a);
      expect(members(set)).toEqual(sorted(a));
      expect([set.size, set.isEmpty, set.has(one)]).toEqual([left.size, left.size === 0, left.has(one)]);
      expect(set.equals(setOf(b))).toBe(sorted(a).join() === sorted(b).join());
      expect(set.exceeds(setOf(b))).toBe(a.some((each) => !right.has(each)));
      expect(sorted(a).map((_, n) => set.nth(n))).toEqual(sorted(a));
      const changed = (change: (set: CpuSet) => void): number[] => {
        const copy = new CpuSet();
        copy.copy(set);
        change(copy);
        return members(copy);
      };
      expect(changed((all) => all.delete(one))).toEqual(sorted(a.filter((each) => each !== one)));
      expect(changed((all) => all.remove(setOf(b)))).toEqual(sorted(a.filter((each) => !right.has(each))));
      expect(changed((all) => all.retain(setOf(b)))).toEqual(sorted(a.filter((each) => right.has(each))));
      expect(changed((all) => all.include(setOf(b)))).toEqual(sorted(new Set([...a, ...b])));
      expect(changed((all) => all.clear())).toEqual([]);
      expect(members(set)).toEqual(sorted(a));
    }),
  );
});
