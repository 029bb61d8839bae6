/** What this process has put on the disk for a moment only. Whoever ends it in the middle of things takes it away. */
import { rmSync } from 'node:fs';

const paths = new Set<string>();
let listener: ((path: string, there: boolean) => void) | undefined;

export const passing = {
  add(path: string): void {
    paths.add(path);
    listener?.(path, true);
  },

  delete(path: string): void {
    paths.delete(path);
    listener?.(path, false);
  },

  /** Takes away all that is there. */
  clear(): void {
    for (const path of paths) rmSync(path, { recursive: true, force: true });
    paths.clear();
  },

  /** Tells another thread, which will still be there when this one is cut off. */
  tell(told: (path: string, there: boolean) => void): void {
    listener = told;
  },
};
