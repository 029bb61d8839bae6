/**
 * Two ends of a channel. What one end sends lies in the queue of the other, in order; a close is the last message. The
 * n-th message and who takes it touch the n-th byte of the queue's place, so that each is ordered behind its own sender
 * and no other, and whoever found no n-th message is ordered before it.
 *
 * An end is one agent's at a time, or in transit in a message; what is sent meanwhile waits in its queue. When nobody gets
 * the message, because the end that it was for is closed, its own ends are closed as well (abandon).
 */
import type { Agent, Job } from '../agent.ts';
import { newPlace } from '../memory/places.ts';
import type { Operation, Place, Running, Touch } from '../operation.ts';
import { Fifo } from './fifo.ts';
import type { Loop, Source, ValueAt } from './loop.ts';

/** An agent that has ends. */
export interface Owner extends Agent {
  readonly ends: Set<End>;
  /** Those that it was started with, and has not looked at. */
  readonly unclaimed: Set<End>;
  readonly loop: Loop;
}

export interface Message {
  readonly kind: 'message' | 'close' | 'online' | 'error' | 'exit' | 'messageerror' | 'stdout' | 'stderr';
  readonly value: unknown;
}

interface Sent extends Message {
  readonly by: Agent;
  /** The sender's clock. */
  readonly at: number;
}

/** A message that nobody gets, as far as it matters: ends that it holds, and what it was part of. */
export interface Undelivered {
  readonly ends: readonly End[];
  readonly touches: readonly Touch[];
}

export class End implements Source {
  readonly place: Place;
  /** Every message writes this, for those who go by how many there are. */
  readonly arrivals: Place;
  readonly queue = new Fifo<Sent>();
  peer!: End;
  owner: Owner | undefined;
  /** Whether messages are tasks of its owner; else they wait to be asked for. */
  isStarted = false;
  isClosed = false;
  /** It will be, when its owner comes to its close callbacks: it sends no more, and is told of nothing. */
  isClosing = false;
  /** Whether its owner lives as long as it is open. */
  keepsAlive = false;
  /** Whether the other end is told when its owner ends; of a worker and its maker that is a message of its own. */
  tellsOfEnd = true;
  /** Of one that nobody had at first: whoever has used it since, and what is told when another does. */
  user: Agent | undefined;
  #met: (() => void) | undefined;
  /** Whether its first message, of this kind, is held back by what its owner has yet to take elsewhere. */
  holds: (first: Message['kind']) => boolean = () => false;
  /** The object of its owner. */
  port: object | undefined;
  /** What a message is to its owner. */
  deliver: ((message: Message) => Running | void) | undefined;
  #sent = 0;
  protected taken = 0;
  /** Messages up to here were given up: nobody takes them. */
  #givenUp = 0;

  constructor(what: string, owner: Owner | undefined) {
    this.place = newPlace(what, owner, (n) => (n < this.#received ? 1 : 0));
    this.arrivals = newPlace(`arrivals of ${what}`, owner);
    this.owner = owner;
  }

  get text(): string {
    return `message of ${this.place.name}`;
  }

  /** A close is told of, whether it is started or not. */
  get waiting(): number {
    if (this.isClosing) return 0;
    const { first } = this.queue;
    if (first !== undefined && this.holds(first.kind)) return 0;
    if (this.isStarted) return this.queue.length;
    return first?.kind === 'close' ? 1 : 0;
  }

  /** What the next task is about. */
  get next(): Message | undefined {
    return this.queue.first;
  }

  get isRef(): boolean {
    return this.keepsAlive && !this.isClosed;
  }

  isThereIf(valueAt: ValueAt): boolean {
    if (this.isClosing) return false;
    const isTold = this.isStarted || this.queue.first?.kind === 'close';
    return isTold && valueAt(this.place, this.taken) > 0;
  }

  /** Messages that were put into its queue. */
  get #received(): number {
    return this.peer.#sent;
  }

  touches(): Touch[] {
    return [nth(this.place, this.taken)];
  }

  countTouches(): Touch[] {
    return [{ place: this.arrivals, from: 0, to: 1, writes: false, atomic: true }];
  }

  take(): Job {
    const message = this.shift();
    return () => (message === undefined ? undefined : this.deliver?.(message));
  }

  /** Takes the first message off; its receiver's clock is no earlier than the sender's was. */
  shift(): Message | undefined {
    const sent = this.queue.shift();
    if (sent === undefined) return undefined;
    this.owner?.took({ place: this.place, byte: this.taken++ }, sent.at);
    return sent;
  }

  /** What a send of this end touches: the byte of the next message, and how many there are. */
  get sendTouches(): Touch[] {
    const { place, arrivals } = this.peer;
    return [nth(place, this.#sent), { place: arrivals, from: 0, to: 1, writes: true, atomic: true }];
  }

  /** Puts a message into the other end's queue; a closed one drops it. */
  put(message: Message, by: Agent): void {
    by.put({ place: this.peer.place, byte: this.#sent++ });
    if (!this.peer.isClosed) this.peer.queue.push({ ...message, by, at: by.now });
  }

  attach(agent: Owner): void {
    agent.unclaimed.delete(this);
    this.owner = agent;
    if (this.isClosed) return;
    agent.ends.add(this);
    agent.loop.sources.add(this);
  }

  detach(): void {
    this.#leave();
    this.owner = undefined;
  }

  /** Its owner has it no longer: it is the first agent's that uses it. `met` is told when another does. */
  setFree(met: () => void): void {
    this.detach();
    this.#met = met;
  }

  /** An agent uses it. False when it is another's that has used it before. */
  usedBy(agent: Owner): boolean {
    if (this.#met === undefined) return true;
    if (this.user === undefined) {
      this.user = agent;
      if (!this.isClosed) this.attach(agent);
    }
    if (this.user === agent) return true;
    this.#met();
    return false;
  }

  /** Whether it is closed by the other end, as something that a step goes by. */
  get closeTouch(): Touch {
    return { place: this.arrivals, from: 0, to: 1, writes: false, atomic: true };
  }

  /** Gives up the messages that are there: those of them that hold ends, once. */
  giveUp(): Undelivered[] {
    const found: Undelivered[] = [];
    let n = this.taken;
    for (const { kind, value } of this.queue) {
      const ends = kind === 'message' && n >= this.#givenUp ? (value as Pick<Undelivered, 'ends'>).ends : [];
      if (ends.length > 0) found.push({ ends, touches: [nth(this.place, n)] });
      n++;
    }
    this.#givenUp = n;
    return found;
  }

  /** Nothing more comes in, and what had come in is given up; but it stays where it is, of an agent that is no more. */
  closeAsIs(): Undelivered[] {
    this.isClosed = true;
    return this.giveUp();
  }

  /** Nothing more comes in. What had come in is given up. */
  shut(): Undelivered[] {
    this.isClosed = true;
    const undelivered = this.giveUp();
    this.queue.clear();
    this.#leave();
    return undelivered;
  }

  #leave(): void {
    this.owner?.loop.sources.delete(this);
    this.owner?.ends.delete(this);
  }
}

/** A channel of this agent: its two ends. */
export function channel(owner: Owner | undefined): [End, End] {
  const one = new End('port', owner);
  const two = new End('port', owner);
  one.peer = two;
  two.peer = one;
  if (owner !== undefined) for (const end of [one, two]) end.attach(owner);
  return [one, two];
}

function nth(place: Place, n: number): Touch {
  return { place, from: n, to: n + 1, writes: true, atomic: true };
}

export class Send implements Operation {
  readonly kind = 'send';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #end: End;
  readonly #message: Message;

  /** `more`: what else comes about with it. */
  constructor(end: End, message: Message, site: number, more: readonly Touch[] = []) {
    this.#end = end;
    this.#message = message;
    this.touches = [...end.sendTouches, ...more];
    this.site = site;
  }

  text(): string {
    const what = this.#message.kind === 'message' ? 'postMessage' : this.#message.kind;
    return `${what} to ${this.#end.peer.place.name}`;
  }

  perform(agent: Agent): undefined {
    this.#end.put(this.#message, agent);
    return undefined;
  }
}

/** Closes ends that nobody gets any more, and tells the other ends: steps of whoever gave them up. */
export function* abandon(undelivered: readonly Undelivered[]): Running {
  for (const { ends, touches } of undelivered) {
    for (const end of ends) {
      yield new Send(end, { kind: 'close', value: undefined }, -1, touches);
      yield* abandon(end.shut());
    }
  }
  return undefined;
}

/** receiveMessageOnPort: the first message, or undefined. A close that it finds is done. */
export class Receive implements Operation {
  readonly kind = 'receive';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #end: End;
  readonly #close: () => void;

  constructor(end: End, close: () => void, site: number) {
    this.#end = end;
    this.#close = close;
    this.touches = end.touches();
    this.site = site;
  }

  text(): string {
    return `receiveMessageOnPort(${this.#end.place.name})`;
  }

  perform(): { message: unknown } | undefined {
    const message = this.#end.shift();
    if (message?.kind === 'close') this.#close();
    return message?.kind === 'message' ? { message: message.value } : undefined;
  }
}
