/** tasklock merge FILE... */
import type { Command } from 'commander';
import { MergeError, mergeShards, type ShardDocument } from '../report/merge-json.ts';
import { readJson } from './json-input.ts';
import { print } from './output.ts';
import { EXIT_BUG, EXIT_INCONCLUSIVE, EXIT_OK, UsageError } from './usage.ts';

function readDocument(file: string): ShardDocument {
  const hint = `write one with tasklock explore --shard I/N --json > ${file}`;
  const document = readJson(file, hint) as Partial<ShardDocument> | null;
  const whole = document?.schema === 'tasklock.explore/1' && Array.isArray(document.bugs) && document.shard;
  if (!whole) throw new UsageError(`${file} is no result of tasklock explore --shard I/N --json`);
  return document as ShardDocument;
}

function runMerge(files: readonly string[], json: boolean): number {
  let merged: ReturnType<typeof mergeShards>;
  try {
    merged = mergeShards(new Map(files.map((file) => [file, readDocument(file)])));
  } catch (error) {
    if (error instanceof MergeError) throw new UsageError(error.message);
    throw error;
  }
  const missing = merged.missing.length > 0 ? `, shards ${merged.missing.join(', ')} missing` : '';
  const text = [
    ...merged.bugs.map((bug) => `BUG: ${bug.title}`),
    `${merged.shards} shards of ${merged.scenario}, ${merged.strategy}: ${merged.executions} executions${missing}`,
    merged.complete ? `${merged.verdict.toUpperCase()}: complete` : merged.verdict.toUpperCase(),
  ];
  print(json ? `${JSON.stringify(merged, null, 2)}\n` : `${text.join('\n')}\n`);
  if (merged.verdict === 'bug') return EXIT_BUG;
  return merged.verdict === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
}

export function mergeCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('merge')
    .argument('<files...>', 'JSON results of tasklock explore --shard I/N --json')
    .summary('put the shards of a search together')
    .description('Folds the results of the shards of one search: counters added up, each bug once.')
    .option('--json', 'one JSON document on stdout')
    .action((files: string[], flags: { json?: boolean }) => finish(runMerge(files, flags.json === true)));
}
