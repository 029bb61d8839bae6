/** Threads do other than what was recorded, or cannot do it. */
import type { FromThread } from './messages.ts';

/** Where they differ first. */
export class Differs extends Error {
  override readonly name = 'Differs';
}

/** Somebody slept later than others went on: the same is to be tried again with more time. */
export class Late extends Differs {}

/** What a thread has told, for people. */
export function toldText(message: FromThread | undefined): string {
  if (message === undefined) return 'gives no sign';
  switch (message.kind) {
    case 'stands':
      return `stands at ${message.text}`;
    case 'did':
      return `has ${message.result}`;
    case 'sleeps':
      return `sleeps in ${message.text}`;
    case 'done':
      return 'is done';
    case 'failed':
      return `fails: ${message.what}`;
    case 'arrived':
      return `is brought ${message.what}`;
    case 'late':
      return 'does not sleep';
    case 'refused':
      return message.why;
    default:
      return `says ${message.kind}`;
  }
}
