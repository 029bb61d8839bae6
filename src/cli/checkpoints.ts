/** The file of --checkpoint, as a command uses it. */
import { FileError } from '../base/whole-file.ts';
import { Checkpoint, CheckpointError, type Write } from '../explore/search/checkpoint.ts';
import type { Identity } from '../explore/search/identity.ts';
import type { Subject } from '../explore/subject/subject.ts';
import { warn } from './thread.ts';
import { UsageError } from './usage.ts';

/** Undefined where none was asked for. Throws UsageError for one that cannot be gone on from. */
export function openCheckpoint(
  file: string | undefined,
  identity: Identity,
  subject: Pick<Subject, 'profile' | 'changed'>,
  write: Write | undefined,
): Checkpoint | undefined {
  if (file === undefined) return undefined;
  try {
    return new Checkpoint(file, identity, subject, write);
  } catch (error) {
    if (error instanceof CheckpointError) throw new UsageError(error.message);
    throw error;
  }
}

/** Saves a checkpoint if that is possible: a search does not end because it is not. Each reason is told once. */
export function saver(): (save: () => void) => void {
  let told = '';
  return (save) => {
    try {
      save();
      told = '';
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.message !== told) warn(`--checkpoint could not be written: ${error.message}; the search goes on`);
      told = error.message;
    }
  };
}
