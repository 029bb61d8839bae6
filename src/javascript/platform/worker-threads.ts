/** node:worker_threads */
import type { End } from '../world/channel.ts';
import { cloneError, unpack } from '../world/clone.ts';
import { makeBroadcast } from './broadcast.ts';
import type { Realm } from './realm.ts';
import { environmentOf, makeWorker, SHARE_ENV } from './worker.ts';

/** The port to its maker; null in the main thread. */
export function parentPort(realm: Realm): object | null {
  const { started } = realm;
  return started === undefined ? null : realm.once('parentPort', () => realm.ports.portOf(started.end));
}

export function makeWorkerThreads(realm: Realm): Record<string, unknown> {
  const { started, ports } = realm;
  const data = started?.workerData;
  const environment = environmentOf(realm);
  return {
    isMainThread: started === undefined,
    isInternalThread: false,
    threadId: started?.threadId ?? 0,
    threadName: started?.threadName ?? '',
    parentPort: parentPort(realm),
    workerData: data === undefined ? null : unpack(data, (end: End) => ports.portOf(end)).value,
    resourceLimits: started?.resourceLimits ?? {},
    Worker: realm.kept('Worker', () => makeWorker(realm)),
    MessagePort: ports.MessagePort,
    MessageChannel: ports.MessageChannel,
    BroadcastChannel: realm.kept('BroadcastChannel', () => makeBroadcast(realm.EventTarget)),
    receiveMessageOnPort: ports.receiveMessageOnPort,
    moveMessagePortToContext: ports.moveMessagePortToContext,
    SHARE_ENV,
    getEnvironmentData: (key: unknown) => environment.get(key),
    setEnvironmentData: (key: unknown, value: unknown) => {
      if (value === undefined) environment.delete(key);
      else environment.set(key, value);
    },
    markAsUntransferable: () => undefined,
    markAsUncloneable: () => undefined,
    isMarkedAsUntransferable: () => false,
    postMessageToThread: () => {
      throw cloneError('worker_threads.postMessageToThread is not there: send over a port');
    },
  };
}
