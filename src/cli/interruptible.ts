/** Ctrl-C ends a run with its results; a second one kills the process, as usual. */
export function interruptible(): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  return {
    signal: controller.signal,
    done: () => {
      process.off('SIGINT', abort);
      process.off('SIGTERM', abort);
    },
  };
}
