/**
 * What is not there: said when it is used, with what to do about it. It ends the run, also where the program would catch
 * it: what it does then is not what it does where all is there.
 */
import { running } from '../agent.ts';
import { Refusal } from '../error.ts';
import { NOWHERE, placeOnStack } from '../on-stack.ts';
import { sites } from '../sites.ts';
import { current } from '../world/current.ts';

class RefusedError extends Refusal {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}

/** `site`: where that is known. */
export function refuse(message: string, site = -1): never {
  const where = site >= 0 ? sites.where(site) : placeOnStack();
  const error = new RefusedError(where === NOWHERE ? message : `${where} ${message}`);
  if (running.agent !== undefined) current().refused(error);
  throw error;
}

/** To be called, made with new, or be the base of a class that nobody makes one of. */
export function refusedFunction(message: string): () => never {
  return function refused(): never {
    return refuse(message);
  };
}

/** `part` is what is asked of it. */
export function absence(name: string, part?: string): string {
  const asked = part === undefined ? '' : ` (${part})`;
  return (
    `node:${name} is not there${asked}: explored code touches nothing outside of its program. Give what imports it a ` +
    'stub: an object of your own in its place'
  );
}
