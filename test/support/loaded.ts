/** Text of compiled code as a module. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';

/** Loads it by Node itself (vitest.config.ts knows the name of the folder), and leaves no file behind, however the test ends. */
export async function loadedText(text: string): Promise<CompiledModule> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklock-stepped-'));
  try {
    const path = join(folder, 'code.mjs');
    writeFileSync(path, text);
    return (await import(pathToFileURL(path).href)) as CompiledModule;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
