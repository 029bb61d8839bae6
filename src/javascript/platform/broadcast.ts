/**
 * BroadcastChannel: what one sends, every other channel of that name gets, in one step. Who is there, and how much was sent,
 * is a place of its own: opening, sending, receiving and closing are steps that write it.
 */
import type { Agent } from '../agent.ts';
import { hidden } from '../hidden.ts';
import { newPlace } from '../memory/places.ts';
import type { Operation, Place, Running, Touch } from '../operation.ts';
import type { WorldAgent } from '../world/agent.ts';
import { current } from '../world/current.ts';
import { End } from '../world/channel.ts';
import { type Packed, pack, repack, unpack } from '../world/clone.ts';
import { codeError } from '../world/clone.ts';
import type { World } from '../world/world.ts';
import { leavableMethods, startsWith } from '../world/leave.ts';
import type { ValueAt } from '../world/loop.ts';
import {
  AgentEvent,
  AgentMessageEvent,
  countListeners,
  counted,
  dispatch,
  handler,
  type TargetClass,
} from './event-target.ts';
import { ports, queues } from './ports.ts';
import { ownRealm } from './realm.ts';

/** All channels of a name, in the order in which they were opened. */
class Group {
  /** Holds how many messages were sent so far. */
  readonly place: Place;
  readonly open: End[] = [];
  sent = 0;

  constructor(name: string) {
    this.place = newPlace(`broadcast channel ${JSON.stringify(name)}`, undefined, () => this.sent);
  }

  get touch(): Touch {
    return { place: this.place, from: 0, to: 1, writes: true, atomic: true };
  }
}

const groups = new WeakMap<World, Map<string, Group>>();

function groupOf(world: World, name: string): Group {
  let all = groups.get(world);
  if (all === undefined) groups.set(world, (all = new Map()));
  let group = all.get(name);
  if (group === undefined) all.set(name, (group = new Group(name)));
  return group;
}

/** An end that anybody may send to. */
class BroadcastEnd extends End {
  readonly group: Group;
  /** Messages of the group that are none for it: those before it was opened, and its own. */
  #others: number;

  constructor(group: Group, agent: WorldAgent) {
    super('broadcast', agent);
    this.group = group;
    this.peer = this;
    this.tellsOfEnd = false;
    this.#others = group.sent;
  }

  override touches(): Touch[] {
    return [this.group.touch];
  }

  override countTouches(): Touch[] {
    return [];
  }

  override isThereIf(valueAt: ValueAt): boolean {
    return this.isStarted && valueAt(this.group.place, 0) - this.#others > this.taken;
  }

  /** Gives it to all others. */
  send(packed: Packed, by: Agent): void {
    this.group.sent++;
    this.#others++;
    for (const end of this.group.open) if (end !== this) end.put({ kind: 'message', value: repack(packed) }, by);
  }
}

/** One is there, or is no longer. */
class Change implements Operation {
  readonly kind = 'send';
  readonly touches: readonly Touch[];
  readonly site = -1;
  readonly #group: Group;
  readonly #what: string;

  constructor(group: Group, what: string) {
    this.touches = [group.touch];
    this.#group = group;
    this.#what = what;
  }

  text(): string {
    return `${this.#what} a channel of ${this.#group.place.name}`;
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    return undefined;
  }
}

class Broadcast implements Operation {
  readonly kind = 'send';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #from: BroadcastEnd;
  readonly #packed: Packed;

  constructor(from: BroadcastEnd, packed: Packed, site: number) {
    this.touches = [from.group.touch];
    this.site = site;
    this.#from = from;
    this.#packed = packed;
  }

  text(): string {
    return `postMessage to ${this.#from.group.place.name}`;
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    this.#from.send(this.#packed, agent);
    return undefined;
  }
}

const ends = hidden<BroadcastEnd>();

function endOf(self: unknown): BroadcastEnd {
  const end = ends.of(self as object);
  if (end === undefined) throw new TypeError('Illegal invocation');
  return end;
}

export function makeBroadcast(EventTarget: TargetClass): Function {
  class BroadcastChannel extends EventTarget {
    readonly name: string;
    constructor(name: unknown) {
      super();
      this.name = `${name as string}`;
      const group = groupOf(ownRealm().shared.world, this.name);
      const { agent } = ownRealm();
      const end = new BroadcastEnd(group, agent);
      ends.put(this, end);
      queues.put(this, end);
      end.attach(agent);
      end.keepsAlive = true;
      end.deliver = (message) => {
        const { value } = unpack(message.value as Packed, ownRealm().ports.portOf);
        return dispatch(this, new AgentMessageEvent('message', { data: value }));
      };
      group.open.push(end);
    }

    [counted](type: string): void {
      if (type === 'message') endOf(this).isStarted = countListeners(this, type) > 0;
    }

    ref(): this {
      endOf(this).keepsAlive = true;
      return this;
    }

    unref(): this {
      endOf(this).keepsAlive = false;
      return this;
    }
  }
  handler(BroadcastChannel.prototype, 'message');
  handler(BroadcastChannel.prototype, 'messageerror');
  leavableMethods(BroadcastChannel.prototype, {
    postMessage: [1, ({ self, args, site }) => send(endOf(self), args, site)],
    close: [0, ({ self }) => close(self as object)],
  });
  startsWith(BroadcastChannel, ([name]) => new Change(groupOf(ownRealm().shared.world, `${name as string}`), 'opens'));
  return BroadcastChannel;
}

function* send(end: BroadcastEnd, args: readonly unknown[], site: number): Running {
  if (end.isClosed) throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
  if (args.length === 0) throw codeError(TypeError, 'ERR_MISSING_ARGS', 'The "message" argument must be specified');
  return yield new Broadcast(end, pack(args[0], [], ports), site);
}

function* close(channel: object): Running {
  const end = endOf(channel);
  if (end.isClosed) return undefined;
  yield new Change(end.group, 'closes');
  end.shut();
  end.group.open.splice(end.group.open.indexOf(end), 1);
  current().loop.close(() => dispatch(channel, new AgentEvent('close')));
  return undefined;
}
