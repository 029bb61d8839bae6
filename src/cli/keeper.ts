/** Recordings of a command: written as soon as there is something to record, and told as tokens when that fails. */
import { existsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, FileError, makeDirectory } from '../base/whole-file.ts';
import { RECORDINGS, saveRecording } from '../recording/file.ts';
import type { Recording } from '../recording/format.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { encodeToken } from '../recording/token.ts';
import { warn } from './thread.ts';

/** How a recording is to be had: by a file, by a token, or, when it cannot be recorded at all, not. */
export interface Held {
  readonly recording: string | null;
  readonly token: string | null;
}

export class Keeper {
  readonly #directory: string;
  /** Files that this command wrote and may yet replace by something better, by title. */
  readonly #first = new Map<string, string>();
  readonly #told = new Set<string>();

  /** `directory`: one that is there, or the folder of recordings, which is made with the first of them. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Records what was just found. */
  first(title: string, recording: Recording): Held {
    return this.#write(recording, (path) => this.#first.set(title, path));
  }

  /** Records it in its last form; the first one is not needed any more. */
  last(title: string, recording: Recording): Held {
    const held = this.#write(recording, () => undefined);
    const first = this.#first.get(title);
    if (first !== undefined && held.recording !== null && held.recording !== first) remove(first);
    return held;
  }

  #write(recording: Recording, onNew: (path: string) => void): Held {
    let token: string | null = null;
    try {
      token = encodeToken(recording);
      this.#makeFolder();
      const { path, isNew } = saveRecording(recording, this.#directory);
      if (isNew) onNew(path);
      return { recording: path, token };
    } catch (error) {
      const isExpected = error instanceof FileError || error instanceof RecordingError || error instanceof RangeError;
      if (!isExpected) throw error;
      this.#tell(error.message, token === null ? '' : '; its token is in the report');
      return { recording: null, token };
    }
  }

  /** Of its own a search leaves nothing in a repository. */
  #makeFolder(): void {
    if (this.#directory !== RECORDINGS || existsSync(RECORDINGS)) return;
    makeDirectory(RECORDINGS);
    createFile(join(RECORDINGS, '.gitignore'), '*\n');
    warn(`note: recordings go to ${RECORDINGS}, which git ignores; --out DIR puts them elsewhere`);
  }

  /** Each reason once. */
  #tell(why: string, instead: string): void {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    warn(`a recording could not be written: ${why}${instead}`);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It stays beside the better one.
  }
}
