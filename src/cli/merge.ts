/** tasklock merge FILE... */
import type { Command } from 'commander';
import { FilesDiffer } from '../explore/search/merge.ts';
import { type Merged, MergeError, mergeShards } from '../report/merge-json.ts';
import { mergeText } from '../report/merge-text.ts';
import { readShard, type ShardDocument } from '../report/shard-document.ts';
import { readJson } from './json-input.ts';
import { print } from './output.ts';
import { EXIT_BUG, EXIT_INCONCLUSIVE, EXIT_OK, UsageError } from './usage.ts';

function readDocument(file: string): ShardDocument {
  const shard = readShard(readJson(file, `write one with tasklock explore --shard I/N --json > ${file}`));
  if (typeof shard === 'string') throw new UsageError(`${file} ${shard}`);
  return shard;
}

function merge(files: readonly string[]): Merged {
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new UsageError(`${twice} is named twice`);
  try {
    return mergeShards(new Map(files.map((file) => [file, readDocument(file)])));
  } catch (error) {
    if (error instanceof MergeError || error instanceof FilesDiffer) throw new UsageError(error.message);
    throw error;
  }
}

function runMerge(files: readonly string[], json: boolean): number {
  const merged = merge(files);
  print(json ? `${JSON.stringify(merged.document, null, 2)}\n` : mergeText(merged));
  const { verdict } = merged.claim;
  if (verdict === 'bug') return EXIT_BUG;
  return verdict === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
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
