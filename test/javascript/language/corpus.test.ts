import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { programsOf } from '../../support/javascript-corpus.js';
import { runNative } from '../../support/javascript-native.js';
import { SimpleWorld } from '../../support/javascript-world.js';

const folder = new URL('corpus/', import.meta.url);

for (const file of readdirSync(folder)) {
  describe(`a twin does what the program does: ${file}`, () => {
    it.each(programsOf(new URL(file, folder)))('%s', async (_name, text) => {
      const native = await runNative(text);
      const { lines, error } = new SimpleWorld().run(text);
      expect({ lines, error }).toEqual(native);
      expect(lines.length).toBeGreaterThan(0);
    });
  });
}
