/** The page of the lock lab, without a browser. */
import { describe, expect, test } from 'vitest';
import { axisSteps, embedded, spreadApart } from '../../dist/src/report/lab-html/html.js';
import { labHtml } from '../../dist/src/report/lab-html/page.js';
import { labResult } from '../support/lab-result.ts';

const FOURTEEN = Array.from({ length: 14 }, (_, i) => `lock-${i}`);

describe('the page', () => {
  test.each([
    [['mcs'], [1]],
    [
      ['mcs', 'ticket'],
      [1, 2],
    ],
    [FOURTEEN, [1, 2, 4, 8, 16, 32, 64]],
  ])('%j on %j CPUs has every chart with its text, every lock, and needs nothing from elsewhere', (locks, cpus) => {
    const page = labHtml(labResult({ locks, cpus }));
    expect(page.match(/<svg /g)).toHaveLength(1 + 2 * cpus.length);
    expect(page.match(/<svg /g)?.length).toBe(
      page.match(/role="img" aria-label="(?:throughput|waiting|share)/g)?.length,
    );
    for (const lock of locks) expect(page.includes(`data-name="${lock}"`), lock).toBe(true);
    expect(page.match(/<table class="sortable">/g)).toHaveLength(cpus.length);
    const shown = page.slice(0, page.indexOf('<script'));
    expect(shown.match(/(?:src|href)="(?!data:)/)).toBeNull();
    expect(shown.match(/NaN|undefined|Infinity/)).toBeNull();
    expect(page.includes("default-src 'none'")).toBe(true);
  });

  test('is the same for the same result', () => {
    const one = labResult({ locks: FOURTEEN, cpus: [1, 64] });
    expect(labHtml(one) === labHtml(structuredClone(one))).toBe(true);
  });

  test('shows warnings before any chart, and names with < and quotes as text', () => {
    const evil = `</script><script>alert("1")</script>'`;
    const page = labHtml(labResult({ locks: [evil, 'mcs'], cpus: [2], warnings: ['noisy <very>'] }));
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('&lt;/script&gt;');
    expect(page).toContain('a &lt;machine&gt; &amp; &quot;more&quot;');
    expect(page.indexOf('noisy &lt;very&gt;')).toBeLessThan(page.indexOf('<svg'));
  });

  test('a result with nothing in it is a page all the same', () => {
    expect(labHtml({ ...labResult({ locks: [], cpus: [2] }), interrupted: true })).toContain('<li>interrupted');
  });
});

test('labels keep their distance, stay in order and inside', () => {
  expect(spreadApart([10, 11, 50], 15, 100)).toEqual([10, 25, 50]);
  expect(spreadApart([98, 99, 100], 15, 100)).toEqual([70, 85, 100]);
});

test('axes have a few round steps', () => {
  expect(axisSteps(9)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(axisSteps(1_234_567).at(-1)).toBeGreaterThanOrEqual(1_234_567);
});

test('embedded data cannot end the element it is in', () => {
  expect(embedded({ a: '</script>\u2028' })).toBe('{"a":"\\u003c/script>\\u2028"}');
});
