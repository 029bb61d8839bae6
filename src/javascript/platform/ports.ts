/**
 * MessagePort, MessageChannel and BroadcastChannel. A port is an EventTarget that has on, once and off too, as in Node:
 * with on, a listener is given the message, with addEventListener an event.
 *
 * A port is started by its first listener of messages, however it is added, and keeps its agent alive as long as it has
 * one. Its agent is the one that has it: transferred, it ends here and begins there.
 */
import { isPromise } from '../language/promise/promise.ts';
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';
import { abandon, channel, type End, type Message, Receive, Send } from '../world/channel.ts';
import { type Packed, type Ports, pack, unpack } from '../world/clone.ts';
import { codeError } from '../world/clone.ts';
import { current } from '../world/current.ts';
import { callBack, leavable, leavableMethods } from '../world/leave.ts';
import { wrongType } from './errors.ts';
import {
  AgentEvent,
  AgentMessageEvent,
  counted,
  countListeners,
  dispatch,
  handler,
  listen,
  listenersFor,
  type TargetClass,
  unlisten,
} from './event-target.ts';
import { hide } from './events.ts';
import { refuse } from './refused.ts';

const ends = hidden<End>();
const channels = hidden<true>();
export const ports: Ports = { endOf: (object) => owned(object), isOpaque: isPromise };

/** Ends of what is no port, but can be asked for its messages as one: a BroadcastChannel. */
export const queues = hidden<End>();

/** Whether an object is a port, or a channel: what setup() made of them goes to the agents as it is. */
export const isPortOrChannel = (object: object): boolean =>
  ends.of(object) !== undefined || channels.of(object) === true;

/** The end of a port. One that setup() made is the first agent's that uses it. */
function owned(port: object): End | undefined {
  const end = ends.of(port);
  if (end === undefined) return undefined;
  if (!end.usedBy(current())) throw new Error('two agents use one port that setup() made');
  return end;
}

export interface PortClasses {
  readonly MessagePort: Function;
  readonly MessageChannel: new () => { readonly port1: object; readonly port2: object };
  /** The port object of an end that has come to this agent. */
  portOf(end: End): object;
  readonly receiveMessageOnPort: Function;
  readonly moveMessagePortToContext: Function;
}

/** Wrappers of listeners that were added with on, so that off finds them. */
const wrappers = hidden<Map<string, Map<unknown, Function>>>();

/** Sends a message, packed at once; the operation is the sending. */
export function* post(end: End, args: readonly unknown[], what: string, site: number): Running {
  if (args.length === 0) throw codeError(TypeError, 'ERR_MISSING_ARGS', `Not enough arguments to ${what}`);
  const packed = pack(args[0], transferOf(args[1]), ports, end);
  moveAway(packed);
  if (!end.isClosed && !end.isClosing) {
    // Whether anybody gets them is something that it goes by.
    const more = packed.ends.length > 0 ? [end.closeTouch] : [];
    yield new Send(end, { kind: 'message', value: packed }, site, more);
    if (!end.peer.isClosed) return undefined;
  }
  return yield* abandon([{ ends: packed.ends, touches: [] }]);
}

/** Who has sent a port has none any more: what it does with the object comes to nothing. */
export function moveAway(packed: Packed): void {
  for (const end of packed.ends) {
    end.isStarted = false;
    end.keepsAlive = false;
    end.detach();
    if (end.port !== undefined) ends.put(end.port, gone());
  }
}

/** An end that leads nowhere. */
function gone(): End {
  const [end] = channel(undefined);
  end.isClosed = true;
  return end;
}

/** The transfer list, given as it is or as an option. */
export function transferOf(given: unknown): readonly unknown[] {
  if (given === undefined || given === null) return [];
  const isIterable = typeof given === 'object' && Symbol.iterator in given;
  const list = isIterable ? given : (given as { transfer?: unknown }).transfer;
  if (
    typeof given !== 'object' ||
    (list !== undefined && !(typeof list === 'object' && list !== null && Symbol.iterator in list))
  ) {
    const text = 'Optional transferList argument must be an iterable';
    throw codeError(TypeError, 'ERR_INVALID_ARG_TYPE', text);
  }
  return list === undefined ? [] : [...(list as Iterable<unknown>)];
}

export function makePorts(EventTarget: TargetClass): PortClasses {
  class MessagePort extends EventTarget {
    [counted](type: string, count: number): void {
      const end = owned(this);
      if (type !== 'message' || end === undefined) return;
      end.keepsAlive = count > 0;
      if (count > 0 && !end.isClosed) end.isStarted = true;
    }

    start(): void {
      const end = endOf(this);
      if (!end.isClosed) end.isStarted = true;
    }

    ref(): void {
      endOf(this).keepsAlive = true;
    }

    unref(): void {
      endOf(this).keepsAlive = false;
    }

    hasRef(): boolean {
      const end = endOf(this);
      return end.keepsAlive && !end.isClosed;
    }

    close(callback?: unknown): void {
      close(this, callback);
    }

    get [Symbol.toStringTag](): string {
      return 'MessagePort';
    }
  }
  const { prototype } = MessagePort;
  handler(prototype, 'message');
  handler(prototype, 'messageerror');
  handler(prototype, 'close');
  leavableMethods(prototype, {
    postMessage: [1, ({ self, args, site }) => post(endOf(self), args, 'MessagePort.postMessage', site)],
    emit: [1, ({ self, args, site }) => emitOn(self as object, args, site)],
  });
  nodeStyle(prototype);

  function portOf(end: End): object {
    const port = Object.create(prototype) as object;
    ends.put(port, end);
    end.port = port;
    end.deliver = (message) => deliver(port, end, message);
    end.attach(current());
    return port;
  }

  function deliver(port: object, end: End, message: Message): Running | void {
    if (message.kind === 'close') return closeSoon(port, end, false);
    const { value, ports: list } = unpack(message.value as Packed, portOf);
    return dispatch(port, new AgentMessageEvent('message', { data: value, ports: list }));
  }

  class MessageChannel {
    readonly port1: object;
    readonly port2: object;
    constructor() {
      const [one, two] = channel(current());
      channels.put(this, true);
      this.port1 = portOf(one);
      this.port2 = portOf(two);
    }
  }

  const receiveMessageOnPort = leavable(
    'receiveMessageOnPort',
    1,
    function* ({ args: [port], site }) {
      const end = typeof port === 'object' && port !== null ? (owned(port) ?? openQueue(port)) : undefined;
      if (end === undefined) throw wrongPort();
      const closes = () => closeSoon(port as object, end, false);
      const got = (yield new Receive(end, closes, site)) as { message: Packed } | undefined;
      return got === undefined ? undefined : { message: unpack(got.message, portOf).value };
    },
    true,
  );
  const Illegal = illegal(MessagePort);
  return { MessagePort: Illegal, MessageChannel, portOf, receiveMessageOnPort, moveMessagePortToContext: refusedMove };
}

function openQueue(object: object): End | undefined {
  const end = queues.of(object);
  return end?.isClosed === false ? end : undefined;
}

function wrongPort(): Error {
  return codeError(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "port" argument must be a MessagePort instance');
}

function refusedMove(): never {
  return refuse('worker_threads.moveMessagePortToContext is not there: agents have no contexts of node:vm');
}

/** The class as a program sees it: it cannot make one. */
function illegal(Class: Function): Function {
  return new Proxy(Class, {
    construct(): never {
      throw codeError(TypeError, 'ERR_CONSTRUCT_CALL_INVALID', 'Constructor cannot be called');
    },
  });
}

export function endOf(port: unknown): End {
  const end = typeof port === 'object' && port !== null ? owned(port) : undefined;
  if (end === undefined) throw new TypeError('Illegal invocation');
  return end;
}

function add(port: object, type: string, listener: unknown, isOnce: boolean): object {
  if (typeof listener !== 'function') throw wrongType('listener', 'of type function', listener);
  const given = leavable('', 1, ({ self, args: [event], site }) => {
    if (isOnce) forget(port, type, listener);
    return callBack(
      listener,
      self,
      type === 'message' || type === 'messageerror' ? [(event as { data: unknown }).data] : [],
      site,
    );
  });
  remember(port, type, listener, given);
  listen(port, type, given, { once: isOnce });
  return port;
}

function drop(port: object, type: string, listener: unknown): object {
  const given = forget(port, type, listener);
  if (given !== undefined) unlisten(port, type, given);
  return port;
}

/** on, once, off and the others: what an emitter has, over the listeners of a target. */
function nodeStyle(prototype: object): void {
  const methods = {
    on(this: object, type: string, listener: unknown) {
      return add(this, type, listener, false);
    },
    once(this: object, type: string, listener: unknown) {
      return add(this, type, listener, true);
    },
    off(this: object, type: string, listener: unknown) {
      return drop(this, type, listener);
    },
    removeAllListeners(this: object, type?: string) {
      const types = type === undefined ? [...(wrappers.of(this)?.keys() ?? [])] : [type];
      for (const one of types)
        for (const listener of Array.from(wrappers.of(this)?.get(one)?.keys() ?? [])) drop(this, one, listener);
      return this;
    },
    listenerCount(this: object, type: string) {
      return countListeners(this, type);
    },
    eventNames(this: object) {
      return ['message', 'messageerror', 'close'].filter((type) => listenersFor(this, type).length > 0);
    },
    setMaxListeners() {},
    getMaxListeners() {
      return 10;
    },
  };
  for (const [name, value] of Object.entries(methods)) hide(prototype, name, value);
  hide(prototype, 'addListener', methods.on);
  hide(prototype, 'removeListener', methods.off);
}

function remember(port: object, type: string, listener: unknown, given: Function): void {
  let types = wrappers.of(port);
  if (types === undefined) wrappers.put(port, (types = new Map()));
  let own = types.get(type);
  if (own === undefined) types.set(type, (own = new Map()));
  own.set(listener, given);
}

function forget(port: object, type: string, listener: unknown): Function | undefined {
  const own = wrappers.of(port)?.get(type);
  const given = own?.get(listener);
  own?.delete(listener);
  return given;
}

/** emit of a port: an event of that type, with what was given as its data. */
function* emitOn(port: object, [type, data]: readonly unknown[], site: number): Running {
  const has = listenersFor(port, `${type as string}`).length > 0;
  yield* dispatch(port, new AgentMessageEvent(`${type as string}`, { data }), site);
  return has;
}

/**
 * Closes it: at the close callbacks of its agent, as Node does. Until then it can be asked for what others send; then the
 * other end is told, by the last message.
 */
function close(port: object, callback: unknown): void {
  const end = endOf(port);
  if (typeof callback === 'function') {
    listen(
      port,
      'close',
      leavable('', 0, ({ self, site: at }) => callBack(callback, self, [], at)),
      { once: true },
    );
  }
  closeSoon(port, end, true);
}

function closeSoon(port: object, end: End, tells: boolean): void {
  if (end.isClosed || end.isClosing) return;
  end.isClosing = true;
  end.owner?.loop.close(function* (): Running {
    if (tells) yield new Send(end, { kind: 'close', value: undefined }, -1);
    yield* abandon(end.shut());
    return yield* dispatch(port, new AgentEvent('close'));
  });
}
