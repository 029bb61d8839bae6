/** unshare.json: every flag set from every state of sharing, with a peer that lives, is a zombie, is gone, or never was. */
import { load } from '../machine/bus.ts';
import { WNOHANG } from '../kernel/abi.ts';
import { task_struct } from '../kernel/layout.ts';
import { NR_exit, NR_setuid, NR_wait4 } from '../kernel/syscall-numbers.ts';
import { type ProfileName, profiles } from '../kernel/profiles.ts';
import type { Conductor } from './conductor.ts';
import { Family, partFields } from './family.ts';
import { compare } from './compare.ts';
import { flagBits, outcome } from './names.ts';
import { ConformError } from './read.ts';
import type { CaseResult, SingleBits, UnshareGroup, UnshareTable } from './recording-types.ts';

const FIRST = 0;
const MADE = 1;
/** Bits beyond this do not fit into ebx; 64-bit kernels answer EINVAL for them. */
const LAST_BIT = 2 ** 32;

const fieldByPart: Readonly<Record<string, number>> = {
  VM: partFields.vm,
  FS: partFields.fs,
  FILES: partFields.fd,
  SIGHAND: partFields.sg,
  SYSVSEM: partFields.sv,
  MNTNS: partFields.ns,
};

function fieldOf(part: string): number {
  const field = Object.hasOwn(fieldByPart, part) ? fieldByPart[part] : undefined;
  if (field === undefined) throw new Error(`no part ${part} that tasks share`);
  return field;
}

/** The starting state of a group: who calls, and who is the peer. */
function arrange(conductor: Conductor, group: UnshareGroup): { family: Family; caller: number; peer: number } {
  const family = new Family(conductor, group.uid, 0);
  if (group.made !== null && family.clone(FIRST, flagBits(group.made)) < 0) throw new Error('cannot make the peer');
  const calls = group.caller === 'child' || group.caller === 'thread' ? MADE : FIRST;
  const peer = calls === MADE ? FIRST : MADE;
  if (group.peer === 'zombie' || group.peer === 'reaped') family.call(peer, NR_exit, 0);
  if (group.peer === 'reaped' && family.isZombie(peer)) {
    const parent = peer === FIRST ? conductor.init : family.address(FIRST);
    conductor.call(parent, NR_wait4, family.pids[peer] ?? 0, 0, WNOHANG);
  }
  return { family, caller: calls, peer };
}

/** Six digits: what caller and peer share. */
function sharing(family: Family, caller: number, peer: number, order: readonly string[]): string {
  return order.map((part) => (family.shares(caller, peer, fieldOf(part)) ? '1' : '0')).join('');
}

function runCall(
  conductor: Conductor,
  profile: ProfileName,
  group: UnshareGroup,
  flags: string,
  order: readonly string[],
): (string | number)[] {
  const { family, caller, peer } = arrange(conductor, group);
  const before = load(family.address(caller) + task_struct.namespace);
  const result = family.call(caller, profiles[profile].unshare, flagBits(flags));
  const newns = load(family.address(caller) + task_struct.namespace) === before ? 0 : 1;
  family.giveUndoList(caller);
  if (group.peer !== 'live') return [outcome(result), newns];
  return [outcome(result), sharing(family, caller, peer, order), newns];
}

function runSingleBit(conductor: Conductor, profile: ProfileName, bits: SingleBits, key: string): string {
  const value = Number(key.split(' ')[0]);
  const family = new Family(conductor, bits.uid, 0);
  if (bits.made !== null) family.clone(FIRST, flagBits(bits.made));
  if (value >= LAST_BIT) return 'EINVAL';
  return outcome(family.call(bits.caller === 'thread' ? MADE : FIRST, profiles[profile].unshare, value | 0));
}

/** The flags of an odd case, or undefined for one this model does not know. */
function extraFlags(what: string): number | undefined {
  const everyKnown = 'THREAD|FS|FILES|VM|SIGHAND|SYSVSEM|NEWNS|NEWTIME|NEWCGROUP|NEWUTS|NEWIPC|NEWUSER|NEWPID|NEWNET';
  const fixed: Readonly<Record<string, number>> = {
    'root: NEWNS a second time, the namespace being private already': flagBits('NEWNS'),
    'unprivileged: NEWNS, the namespace being private already': flagBits('NEWNS'),
    'root: every bit set': -1,
    'root: every bit set but the unknown ones, alone': flagBits(everyKnown),
    'root: NEWNS and an unknown bit': flagBits('NEWNS|PARENT'),
  };
  return Object.hasOwn(fixed, what) ? fixed[what] : undefined;
}

function runExtra(conductor: Conductor, profile: ProfileName, what: string): object {
  const flags = extraFlags(what);
  if (flags === undefined) throw new ConformError(`unknown case "${what}"`);
  const family = new Family(conductor, 0, what.includes('private already') ? flagBits('NEWNS') : 0);
  if (what.startsWith('unprivileged')) family.call(FIRST, NR_setuid, 1000);
  const before = load(family.address(FIRST) + task_struct.namespace);
  const result = outcome(family.call(FIRST, profiles[profile].unshare, flags));
  return { what, result, new_namespace: load(family.address(FIRST) + task_struct.namespace) === before ? 0 : 1 };
}

/** Every call of the table, in order. */
export function* conformUnshareTable(
  conductor: Conductor,
  profile: ProfileName,
  table: UnshareTable,
): Generator<CaseResult> {
  const order = table.sharing_order;
  for (const group of table.groups) {
    const state = `uid ${group.uid} made ${group.made?.join('|') ?? 'nobody'} peer ${group.peer} caller ${group.caller}`;
    if (group.before !== undefined) {
      const before = compare(`${state} before`, group.before, () => {
        const { family, caller, peer } = arrange(conductor, group);
        return sharing(family, caller, peer, order);
      });
      if (before.difference !== null) yield before;
    }
    for (const [flags, recorded] of Object.entries(group.results)) {
      yield compare(`${state} unshare(${flags})`, recorded, () => runCall(conductor, profile, group, flags, order));
    }
  }
  for (const bits of table.single_bits) {
    for (const [key, recorded] of Object.entries(bits.results)) {
      const name = `uid ${bits.uid} caller ${bits.caller} bit ${key}`;
      yield compare(name, recorded, () => runSingleBit(conductor, profile, bits, key));
    }
  }
  for (const recorded of table.extra)
    yield compare(recorded.what, recorded, () => runExtra(conductor, profile, recorded.what));
}
