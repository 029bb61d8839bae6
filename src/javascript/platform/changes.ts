/** What a program has changed that its agents share here, and that real threads would each have of their own. */
import { sharedProperties } from '../world/clone.ts';
import { beginWithBuiltIns, type Changes, restoreBuiltIns } from './built-ins.ts';

/** Since it was last asked: names of it, all of which is as before again but for what is stuck. */
export function changesSince(isThorough = false): Changes {
  const changes = restoreBuiltIns(isThorough);
  const properties = sharedProperties();
  return properties.length === 0 ? changes : { ...changes, changed: [...changes.changed, ...properties] };
}

/** Nobody is to be told of what was changed so far. */
export function forgetChanges(): void {
  beginWithBuiltIns();
  sharedProperties();
}
