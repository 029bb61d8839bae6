/**
 * What a command and the processes that run parts of its search say to each other. The door (door.ts) stands between them
 * and passes it on unread: to it a word is a text.
 */
import { deserialize, serialize } from 'node:v8';
import type { ExploreOptions } from '../explore/search/options.ts';
import type { FoundBug, SearchResult } from '../explore/search/result.ts';

export type ToPart =
  /** A part to run. `lent`: executions that it may run before it asks for more; undefined for any number. */
  | { readonly kind: 'run'; readonly options: ExploreOptions; readonly lent: number | undefined }
  /** So many more; 0 when there are none left. */
  | { readonly kind: 'lend'; readonly count: number }
  | { readonly kind: 'stop' };

export type FromPart =
  | { readonly kind: 'bug'; readonly bug: FoundBug }
  /** Everything that was lent is used up. */
  | { readonly kind: 'ask' }
  /** `unused`: of what was lent. */
  | { readonly kind: 'result'; readonly result: SearchResult; readonly unused: number }
  /** It cannot go on: an error by its name, and whether it is one of ours that says that the code cannot be run here. */
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly isUnfit: boolean };

export const asText = (word: ToPart | FromPart): string => serialize(word).toString('base64');

export const fromText = <Word extends ToPart | FromPart>(text: string): Word =>
  deserialize(Buffer.from(text, 'base64')) as Word;
