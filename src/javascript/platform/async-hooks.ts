/** node:async_hooks: AsyncResource. What follows a chain of callbacks is refused. */
import { leavableMethods } from '../world/leave.ts';
import { callBack } from '../world/leave.ts';
import { ownRealm } from './realm.ts';
import { refusedFunction } from './refused.ts';

const REFUSED = 'is not there: hand the value on as an argument';

export function makeAsyncHooks(): object {
  class AsyncResource {
    readonly #number = ++ownRealm().once('async resources', () => ({ last: 0 })).last;
    asyncId(): number {
      return this.#number;
    }
    triggerAsyncId(): number {
      return 0;
    }
    emitDestroy(): this {
      return this;
    }
    bind(f: unknown): unknown {
      return f;
    }
    static bind(f: unknown): unknown {
      return f;
    }
  }
  leavableMethods(AsyncResource.prototype, {
    runInAsyncScope: [1, ({ args: [f, self, ...rest], site }) => callBack(f, self, rest, site)],
  });
  return {
    AsyncResource,
    AsyncLocalStorage: refusedFunction(`async_hooks.AsyncLocalStorage ${REFUSED}`),
    createHook: refusedFunction(`async_hooks.createHook ${REFUSED}`),
    executionAsyncId: () => 1,
    triggerAsyncId: () => 0,
    executionAsyncResource: () => ({}),
  };
}
