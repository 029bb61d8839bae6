import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLONE_NEWNS,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
  EACCES,
  EBADF,
  EINVAL,
  EIO,
  ENOENT,
  ESRCH,
  EXIT_ZOMBIE,
} from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT, DATA_BASE, DATA_END, RODATA_BASE, SHARED_BASE } from '../../dist/src/kernel/isa.js';
import { kernel, namespace, task_struct } from '../../dist/src/kernel/layout.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let reader = 0;
let task = 0;
let pid = 0;
beforeEach(() => {
  lab.reset();
  [reader, task] = [lab.clone(), lab.clone()];
  pid = lab.pid(task);
});

/** The text of a link, or the error. */
const readlink = (path: string, size = 64): string | number => {
  lab.putWords(
    reader,
    BUFFER_TEXT,
    Array.from({ length: 16 }, () => 0),
  );
  const result = lab.call(reader, nr.NR_readlink, path, BUFFER_TEXT, size);
  return result < 0 ? result : lab.getText(reader, BUFFER_TEXT).slice(0, result);
};
const open = (path: string): number => lab.call(reader, nr.NR_open, path, 0);
/** What a file of /proc says, as words. */
const read = (fd: number, count = 128): number[] => {
  const bytes = lab.call(reader, nr.NR_read, fd, BUFFER_TEXT, count);
  return Array.from({ length: bytes / 4 }, (_, i) => lab.getWord(reader, BUFFER_TEXT + 4 * i));
};

describe('links', () => {
  test('cwd and root of a task', () => {
    expect([readlink(`/proc/${pid}/cwd`), readlink(`/proc/${pid}/root`)]).toEqual(['/', '/']);
    lab.call(task, nr.NR_chdir, '/a');
    expect([readlink(`/proc/${pid}/cwd`), readlink('/proc/self/cwd')]).toEqual(['/a', '/']);
  });

  test('an open file by its descriptor', () => {
    lab.call(task, nr.NR_open, '/f', 0);
    lab.call(task, nr.NR_open, '/a/fa', 0);
    expect([0, 1, 2].map((fd) => readlink(`/proc/${pid}/fd/${fd}`))).toEqual(['/f', '/a/fa', -ENOENT]);
  });

  test('no more than the buffer takes, without a closing zero', () => {
    lab.call(task, nr.NR_chdir, '/home');
    expect(readlink(`/proc/${pid}/cwd`, 3)).toBe('/ho');
  });

  test('are for the owner and for root: EACCES for others, before it shows whether there is such a descriptor', () => {
    lab.call(task, nr.NR_open, '/f', 0);
    lab.call(reader, nr.NR_setuid, 1000);
    const links = ['cwd', 'root', 'fd/0', 'fd/9'];
    expect(links.map((link) => readlink(`/proc/${pid}/${link}`))).toEqual(links.map(() => -EACCES));
    expect(readlink('/proc/self/cwd')).toBe('/');
    lab.call(task, nr.NR_setuid, 1000);
    expect(readlink(`/proc/${pid}/cwd`)).toBe('/');
    lab.call(task, nr.NR_setuid, 1000);
    expect(readlink(`/proc/${pid}/nothing`)).toBe(-ENOENT);
  });

  test('of nobody, of a zombie, of what is no link', () => {
    expect(readlink('/proc/9999/cwd')).toBe(-ENOENT);
    expect([readlink('/f'), readlink('/a')]).toEqual([-EINVAL, -EINVAL]);
    lab.exit(task);
    expect(readlink(`/proc/${pid}/cwd`)).toBe(-ENOENT);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('files', () => {
  test('maps are the three areas', () => {
    const areas = read(open(`/proc/${pid}/maps`));
    const pairs = Array.from({ length: areas.length / 2 }, (_, i) => areas.slice(2 * i, 2 * i + 2));
    expect(pairs.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
      [RODATA_BASE, SHARED_BASE],
      [SHARED_BASE, DATA_BASE],
      [DATA_BASE, DATA_END],
    ]);
  });

  test('status tells state, group, parent, pending signals (a fatal one is SIGKILL as well) and threads', () => {
    const fd = open(`/proc/${pid}/status`);
    lab.call(reader, nr.NR_kill, pid, 15);
    expect(read(fd)).toEqual([0, 0, pid, 1, (1 << 14) | (1 << 8), 1]);
  });

  test('status of a zombie says so, and cannot be opened when it is released', () => {
    const fd = open(`/proc/${pid}/status`);
    lab.exit(task);
    expect(read(fd)[1]).toBe(EXIT_ZOMBIE);
    lab.wait(lab.init, pid);
    expect(open(`/proc/${pid}/status`)).toBe(-ENOENT);
    expect(lab.wrong()).toEqual([]);
  });

  test('maps of a zombie are empty', () => {
    const fd = open(`/proc/${pid}/maps`);
    lab.exit(task);
    expect(read(fd)).toEqual([]);
  });

  test('no more is read than asked for', () => expect(read(open(`/proc/${pid}/maps`), 11)).toHaveLength(2));

  test('what is not there', () => {
    expect([open('/proc/9999/maps'), open(`/proc/${pid}/nosuch`)]).toEqual([-ENOENT, -ENOENT]);
  });
});

describe('an open mounts file', () => {
  test('counts the mounts, also those made later', () => {
    const fd = open(`/proc/${pid}/mounts`);
    expect(read(fd)[0]).toBe(1);
    lab.call(task, nr.NR_mount, 0, '/a', 'tmpfs', 0, 0);
    expect(read(fd)[0]).toBe(2);
  });

  test('keeps a namespace and its mounts whose tasks are all gone, until it is closed', () => {
    const own = lab.clone(CLONE_NEWNS);
    lab.call(own, nr.NR_mount, 0, '/a', 'tmpfs', 0, 0);
    const fd = open(`/proc/${lab.pid(own)}/mounts`);
    const ns = lab.word(own + task_struct.namespace);
    expect(lab.word(ns + namespace.count)).toBe(2);
    lab.exit(own);
    expect(lab.word(ns + namespace.count)).toBe(1);
    expect(read(fd)[0]).toBe(2);
    expect(lab.wrong()).toEqual([]);
    lab.call(reader, nr.NR_close, fd);
    expect(lab.word(ns + namespace.count)).not.toBe(1);
    expect(lab.wrong()).toEqual([]);
  });

  test('makes unshare(NEWNS) of a task that is alone copy: the reader counts as a sharer', () => {
    const own = lab.clone(CLONE_NEWNS);
    const before = lab.word(own + task_struct.namespace);
    expect(lab.unshare(own, CLONE_NEWNS)).toBe(0);
    expect(lab.word(own + task_struct.namespace)).toBe(before);
    open(`/proc/${lab.pid(own)}/mounts`);
    expect(lab.unshare(own, CLONE_NEWNS)).toBe(0);
    expect(lab.word(own + task_struct.namespace)).not.toBe(before);
    expect(lab.wrong()).toEqual([]);
  });

  test('of a zombie is EINVAL', () => {
    lab.exit(task);
    expect(open(`/proc/${pid}/mounts`)).toBe(-EINVAL);
  });
});

test('linux-6 asks all three numbers of the other, and lets threads of one group pass', () => {
  const today = new Lab('linux-6');
  const [owner, other] = [today.clone(), today.clone()];
  const link = (who: number, of: number) =>
    today.call(who, nr.NR_readlink, `/proc/${today.pid(of)}/cwd`, BUFFER_TEXT, 64);
  for (const one of [owner, other]) today.call(one, nr.NR_setuid, 1000);
  expect([link(other, owner), link(owner, owner), link(today.init, owner)]).toEqual([1, 1, 1]);
  for (const field of ['uid', 'euid', 'suid'] as const) {
    today.poke(owner + task_struct[field], 1001);
    expect(link(other, owner), field).toBe(-EACCES);
    today.poke(owner + task_struct[field], 1000);
  }
  today.poke(owner + task_struct.suid, 0);
  expect(link(owner, owner)).toBe(1);
});

describe.each(profileNames)('of a task that is released, %s', (profile) => {
  const machine = new Lab(profile);
  const [now, before] = [profile === 'linux-6', profile !== 'linux-6'];

  test.each([
    ['status', 24, -ESRCH],
    ['maps', 0, -ESRCH],
    ['attr/current', 14, -ESRCH],
    ['task', 0, -ENOENT],
    ['mem', -ESRCH, 0],
  ])('%s that was opened before keeps the task, also when another has its number', (name, then, today) => {
    machine.reset();
    const [owner, target] = [machine.clone(), machine.clone()];
    const number = machine.pid(target);
    const fd = machine.call(owner, nr.NR_open, `/proc/${number}/${name}`, 0);
    expect(machine.wrong()).toEqual([]);
    machine.exit(target);
    machine.wait(machine.init, number);
    expect(machine.wrong()).toEqual([]);
    machine.poke(kernel.last_pid, number - 1);
    const heir = machine.clone();
    expect([machine.pid(heir), heir === target]).toEqual([number, false]);
    expect(machine.call(owner, nr.NR_read, fd, BUFFER_TEXT, 128)).toBe(before ? then : today);
    expect(machine.call(owner, nr.NR_close, fd)).toBe(0);
    expect(machine.wrong()).toEqual([]);
  });

  test('maps and mem show who the task is now, in linux-6 who it was when they were opened', () => {
    machine.reset();
    const self = machine.clone();
    const files = ['maps', 'mem'].map((name) => machine.call(self, nr.NR_open, `/proc/self/${name}`, 0));
    machine.putWords(self, DATA_BASE, [7]);
    const at = (offset: number): number => {
      machine.call(self, nr.NR_lseek, files[1] ?? -1, DATA_BASE + offset, 0);
      return machine.call(self, nr.NR_read, files[1] ?? -1, BUFFER_TEXT, 4);
    };
    expect([at(0), machine.getWord(self, BUFFER_TEXT)]).toEqual([4, 7]);
    expect(machine.call(self, nr.NR_execve)).toBe(0);
    expect(machine.wrong()).toEqual([]);
    expect(machine.call(self, nr.NR_read, files[0] ?? -1, BUFFER_TEXT, 128)).toBe(now ? 0 : 24);
    expect(at(0)).toBe(now ? 0 : 4);
    for (const fd of files) expect(machine.call(self, nr.NR_close, fd)).toBe(0);
    expect(machine.wrong()).toEqual([]);
  });
});

describe.each(profileNames)('mem, %s', (profile) => {
  const machine = new Lab(profile);
  let [owner, other, stranger] = [0, 0, 0];
  beforeEach(() => {
    machine.reset();
    [owner, other, stranger] = [machine.clone(), machine.clone(), machine.clone()];
    for (const one of [owner, other]) machine.call(one, nr.NR_setuid, 1000);
    machine.call(stranger, nr.NR_setuid, 1001);
  });
  const openMem = (who: number, of: number): number => machine.call(who, nr.NR_open, `/proc/${machine.pid(of)}/mem`, 0);
  const readAt = (who: number, fd: number, address: number, count: number): number => {
    machine.call(who, nr.NR_lseek, fd, address, 0);
    return machine.call(who, nr.NR_read, fd, BUFFER_TEXT, count);
  };

  test("is read by its task, and since linux-6 by its user's others, across pages and as far as it goes", () => {
    machine.putWords(owner, DATA_BASE + 252, [0x01020304, 0x05060708]);
    for (const who of [owner, other]) {
      const fd = openMem(who, owner);
      expect(fd).toBe(0);
      const may = who === owner || profile === 'linux-6';
      expect(readAt(who, fd, DATA_BASE + 252, 8)).toBe(may ? 8 : -ESRCH);
      if (!may) continue;
      expect([0, 4].map((offset) => machine.getWord(who, BUFFER_TEXT + offset))).toEqual([0x01020304, 0x05060708]);
      expect(machine.call(who, nr.NR_read, fd, BUFFER_TEXT, 4)).toBe(4);
      expect(machine.getWord(who, BUFFER_TEXT)).toBe(0);
      expect(readAt(who, fd, DATA_END - 4, 64)).toBe(4);
      expect([readAt(who, fd, DATA_END, 4), readAt(who, fd, 4, 4)]).toEqual([-EIO, -EIO]);
      expect(machine.call(who, nr.NR_write, fd, 'x', 1)).toBe(-EBADF);
    }
    expect(machine.wrong()).toEqual([]);
  });

  test('is not for strangers; maps neither since linux-6', () => {
    expect(openMem(stranger, owner)).toBe(-EACCES);
    const maps = machine.call(stranger, nr.NR_open, `/proc/${machine.pid(owner)}/maps`, 0);
    expect(maps).toBe(profile === 'linux-6' ? -EACCES : 0);
    expect(machine.call(stranger, nr.NR_open, `/proc/${machine.pid(owner)}/status`, 0)).toBe(
      profile === 'linux-6' ? 0 : 1,
    );
    expect(machine.wrong()).toEqual([]);
  });

  test('of a zombie opens, and has nothing in it', () => {
    const number = machine.pid(owner);
    machine.exit(owner);
    const fd = machine.call(other, nr.NR_open, `/proc/${number}/mem`, 0);
    expect(readAt(other, fd, DATA_BASE, 4)).toBe(profile === 'linux-6' ? 0 : -ESRCH);
  });
});

const threads = (): number[] =>
  Array.from({ length: 2 }, () => lab.clone(CLONE_THREAD | CLONE_VM | CLONE_SIGHAND, task));

describe('task', () => {
  test('lists the threads of a group, from where it was read to', () => {
    const numbers = threads().map((thread) => lab.pid(thread));
    expect(read(open(`/proc/${pid}/task`))).toEqual([pid, ...numbers]);
    const fd = open(`/proc/${pid}/task`);
    expect([read(fd, 8), read(fd, 4), read(fd, 4)]).toEqual([[pid, numbers[0]], [numbers[1]], []]);
    lab.exit(lab.task(numbers[0] ?? 0));
    expect(read(open(`/proc/${pid}/task`))).toEqual([pid, numbers[1]]);
    expect(lab.wrong()).toEqual([]);
  });

  test('leads to a thread by its number, of that group and no other', () => {
    const [thread = 0] = threads();
    lab.call(thread, nr.NR_chdir, '/b');
    const number = lab.pid(thread);
    expect(readlink(`/proc/${pid}/task/${number}/cwd`)).toBe('/b');
    expect(read(open(`/proc/${pid}/task/${pid}/status`))[2]).toBe(pid);
    expect(readlink(`/proc/${lab.pid(reader)}/task/${number}/cwd`)).toBe(-ENOENT);
    expect([open(`/proc/${pid}/task/9999/status`), open(`/proc/${pid}/task/`)]).toEqual([-ENOENT, -ENOENT]);
    expect(lab.wrong()).toEqual([]);
  });
});
