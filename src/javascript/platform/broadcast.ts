/**
 * BroadcastChannel: what one sends, every other channel of that name gets, in one step. Who is there is a place of its
 * own, which opening, sending and closing touch.
 */
import type { Agent } from '../agent.ts';
import { hidden } from '../hidden.ts';
import { numberOf } from '../memory/places.ts';
import type { Operation, Place, Running, Touch } from '../operation.ts';
import type { WorldAgent } from '../world/agent.ts';
import { current } from '../world/current.ts';
import { End } from '../world/channel.ts';
import { type Packed, pack, repack, unpack } from '../world/clone.ts';
import { codeError } from '../world/clone.ts';
import type { World } from '../world/world.ts';
import { leavableMethods } from '../world/leave.ts';
import {
  AgentEvent,
  AgentMessageEvent,
  countListeners,
  counted,
  dispatch,
  handler,
  type TargetClass,
} from './event-target.ts';
import { ports } from './ports.ts';
import { ownRealm } from './realm.ts';

/** All channels of a name, in the order in which they were opened. */
class Group {
  readonly place: Place;
  readonly open: End[] = [];
  constructor(name: string) {
    const text = `broadcast channel ${JSON.stringify(name)}`;
    this.place = { id: numberOf(text), name: text, isMemory: false };
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

/** An end that anybody may send to: what it waits for is a touch of the group. */
class BroadcastEnd extends End {
  readonly group: Group;
  constructor(group: Group, agent: WorldAgent) {
    super('broadcast', agent);
    this.group = group;
    this.peer = this;
  }

  override touches(): Touch[] {
    return [this.group.touch];
  }
}

class Broadcast implements Operation {
  readonly kind = 'send';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #group: Group;
  readonly #from: End;
  readonly #packed: Packed;

  constructor(group: Group, from: End, packed: Packed, site: number) {
    this.touches = [group.touch];
    this.site = site;
    this.#group = group;
    this.#from = from;
    this.#packed = packed;
  }

  text(): string {
    return `postMessage to ${this.#group.place.name}`;
  }

  perform(agent: Agent): undefined {
    for (const end of this.#group.open) {
      if (end !== this.#from) end.put({ kind: 'message', value: repack(this.#packed) }, agent);
    }
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

    close(): void {
      const end = endOf(this);
      if (end.isClosed) return;
      end.shut();
      end.group.open.splice(end.group.open.indexOf(end), 1);
      current().loop.close(() => dispatch(this, new AgentEvent('close')));
    }
  }
  handler(BroadcastChannel.prototype, 'message');
  handler(BroadcastChannel.prototype, 'messageerror');
  leavableMethods(BroadcastChannel.prototype, {
    postMessage: [1, ({ self, args, site }) => send(endOf(self), args, site)],
  });
  return BroadcastChannel;
}

function* send(end: BroadcastEnd, args: readonly unknown[], site: number): Running {
  if (end.isClosed) throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
  if (args.length === 0) throw codeError(TypeError, 'ERR_MISSING_ARGS', 'The "message" argument must be specified');
  return yield new Broadcast(end.group, end, pack(args[0], [], ports), site);
}
