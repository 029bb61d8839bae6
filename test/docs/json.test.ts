import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inRepository, tasklock } from '../support/cli-process.ts';

test('the interleaving in docs/json.md is that of the command in front of it', async () => {
  const text = readFileSync(inRepository('docs/json.md'), 'utf8');
  const [, command = '', shown = ''] = /`tasklock (explore [^`]*)`\):\n\n```json\n([^`]*)```/.exec(text) ?? [];
  const directory = mkdtempSync(join(tmpdir(), 'tasklock-'));
  try {
    const args = command.replace(/examples\/\S+/, inRepository).split(' ');
    const { stdout } = await tasklock([...args, '--quiet', '--out', directory]);
    expect(JSON.parse(stdout).bugs[0].interleaving).toEqual(JSON.parse(shown));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
