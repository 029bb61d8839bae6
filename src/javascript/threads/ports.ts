/**
 * Ports of a thread: the engine's own. To send and to receive is a turn; a message that comes to a port with a listener is a
 * task (tasks.ts). A port has the name that it has in a recording, which goes with it when it is transferred.
 */
import { MessageChannel, MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { changed, copyChanged } from './deep.ts';
import type { Gate } from './gate.ts';
import type { Envelope } from './messages.ts';
import type { Tasks } from './tasks.ts';
import { bare, type Views } from './views.ts';

/** Of the thread that makes what others share all are undefined: nobody else is there then. */
export interface PortsSetup {
  readonly agent: string;
  readonly gate: Gate | undefined;
  readonly views: Views | undefined;
  readonly tasks: Tasks | undefined;
}

type Native = (...args: unknown[]) => unknown;
/** Every message and close comes to a port by this. */
const DISPATCH = Symbol.for('nodejs.internal.kHybridDispatch');
const RECEIVING = Symbol.for('nodejs.internal.kCurrentlyReceivingPorts');

export class Ports {
  readonly MessageChannel: typeof MessageChannel;
  readonly #setup: PortsSetup;
  readonly #names = new WeakMap<object, string>();
  readonly #closed = new WeakSet<object>();
  #made = 0;

  constructor(setup: PortsSetup) {
    this.#setup = setup;
    const made = (): MessageChannel => this.#channel();
    this.MessageChannel = new Proxy(MessageChannel, { construct: made });
  }

  /** Puts them in place of the engine's. */
  install(): void {
    const prototype = MessagePort.prototype as unknown as Record<PropertyKey, Native>;
    const { postMessage, close, [DISPATCH]: dispatch } = prototype as Record<string, Native> & Record<symbol, Native>;
    const post = (port: MessagePort, args: unknown[]): unknown => this.#post(port, args, postMessage as Native);
    const closes = (port: object): unknown => this.#closed.add(port);
    const brought = (port: MessagePort, args: unknown[]): unknown => this.#brought(port, args, dispatch as Native);
    const replaced: Record<PropertyKey, Native> = {
      postMessage(this: MessagePort, ...args) {
        return post(this, args);
      },
      close(this: MessagePort, ...args) {
        closes(this);
        return Reflect.apply(close as Native, this, args);
      },
      [DISPATCH](this: MessagePort, ...args) {
        return brought(this, args);
      },
    };
    for (const key of Reflect.ownKeys(replaced)) prototype[key] = replaced[key] as Native;
    Reflect.set(globalThis, 'MessageChannel', this.MessageChannel);
  }

  name(port: object, name: string): void {
    this.#names.set(port, name);
  }

  nameOf(port: object): string | undefined {
    return this.#names.get(port);
  }

  /** receiveMessageOnPort */
  receive(port: MessagePort): { message: unknown } | undefined {
    const name = this.#names.get(port);
    if (name === undefined) return receiveMessageOnPort(port);
    const { gate, tasks } = this.#setup;
    const take = (): { message: unknown } | undefined => {
      const held = tasks?.takeMessage(`message of ${name}`, port);
      const got = held === undefined ? receiveMessageOnPort(port) : { message: held.data };
      return got === undefined ? undefined : { message: this.opened(got.message as Envelope) };
    };
    return gate === undefined ? take() : gate.perform(`receiveMessageOnPort(${name})`, take, undefined, receivedText);
  }

  closed(value: unknown, transfer: readonly unknown[]): Envelope {
    const ports = transfer.filter((one): one is MessagePort => one instanceof MessagePort && this.#names.has(one));
    const plain = copyChanged(value, bare);
    return { value: plain, ports, names: ports.map((port) => this.#names.get(port) as string) };
  }

  /** The same of what setup() has given: with the ports that this is said of by their numbers, and nothing in place of others. */
  closedFor(given: unknown, isOwn: (number: number) => boolean): Envelope {
    const ports: MessagePort[] = [];
    const value = copyChanged(given, (one) => {
      if (one instanceof MessageChannel) return this.#partsOf(one, isOwn, ports);
      return one instanceof MessagePort ? this.#ownOr(one, isOwn, ports) : one;
    });
    return { value, ports, names: ports.map((port) => this.#names.get(port) as string) };
  }

  #partsOf({ port1, port2 }: MessageChannel, isOwn: (number: number) => boolean, ports: MessagePort[]): object {
    return { port1: this.#ownOr(port1, isOwn, ports), port2: this.#ownOr(port2, isOwn, ports) };
  }

  #ownOr(port: MessagePort, isOwn: (number: number) => boolean, ports: MessagePort[]): object {
    const number = Number(/^port (\d+) /.exec(this.#names.get(port) ?? '')?.[1]);
    if (!isOwn(number)) return {};
    if (!ports.includes(port)) ports.push(port);
    return port;
  }

  opened({ value, ports, names }: Envelope): unknown {
    for (const [i, port] of ports.entries()) this.#names.set(port, names[i] as string);
    const { views } = this.#setup;
    return views === undefined ? value : changed(value, (one) => views.ownOf(one));
  }

  #channel(): MessageChannel {
    const channel = new MessageChannel();
    for (const port of [channel.port1, channel.port2])
      this.#names.set(port, `port ${++this.#made} of ${this.#setup.agent}`);
    return channel;
  }

  #post(port: MessagePort, args: unknown[], native: Native): unknown {
    const name = this.#names.get(port);
    if (name === undefined) return Reflect.apply(native, port, args);
    const [value, given] = args;
    const transfer = listOf(given);
    const send = (): unknown => Reflect.apply(native, port, [this.closed(value, transfer), transfer]);
    const { gate } = this.#setup;
    if (gate === undefined || args.length === 0 || this.#closed.has(port)) return send();
    return gate.perform(`postMessage to ${peerOf(name)}`, send, undefined, () => 'undefined');
  }

  /** The engine has something for a port: what, and of which type. */
  #brought(port: MessagePort, [data, type, ...rest]: unknown[], native: Native): unknown {
    if (type === 'close') this.#closed.add(port);
    const name = this.#names.get(port);
    const { tasks } = this.#setup;
    const dispatch = (given: unknown): unknown => Reflect.apply(native, port, [given, type, ...rest]);
    if (type !== 'message' || name === undefined || tasks === undefined) return dispatch(data);
    const received = Reflect.get(port, RECEIVING) as unknown;
    const run = (): void => {
      Reflect.set(port, RECEIVING, received);
      dispatch(this.opened(data as Envelope));
      Reflect.set(port, RECEIVING, undefined);
    };
    return tasks.arrived(`message of ${name}`, { port, data, run });
  }
}

const receivedText = (got: unknown): string => (got === undefined ? 'nothing' : 'a message');

/** As postMessage takes it. */
function listOf(given: unknown): unknown[] {
  const list = Array.isArray(given) ? given : ((given as { transfer?: unknown } | null | undefined)?.transfer ?? []);
  return [...(list as Iterable<unknown>)];
}

/** Names of the two ends of a channel: those of ports in pairs, those of a worker and its maker by number. */
export function peerOf(name: string): string {
  const [, what = '', number = '', of = ''] = /^(\w+) (\d+) of (.*)$/s.exec(name) ?? [];
  const n = Number(number);
  if (what === 'port') return `port ${n % 2 === 1 ? n + 1 : n - 1} of ${of}`;
  return `${what === 'worker' ? 'parentPort' : 'worker'} ${n} of ${of}`;
}
