/** What keeps long work in one thread interruptible: it lets the event loop look for signals. */

/** Milliseconds of work after which the event loop has its turn. */
const BREATH_MS = 50;

/** A function to call often: it gives way to the event loop now and then, and says whether it did. */
export function breather(): () => Promise<boolean> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < BREATH_MS) return false;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
    return true;
  };
}
