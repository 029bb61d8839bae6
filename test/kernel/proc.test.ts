import { beforeEach, describe, expect, test } from 'vitest';
import { CLONE_NEWNS, EACCES, EINVAL, ENOENT, ESRCH, EXIT_ZOMBIE } from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT, DATA_BASE, DATA_END, RODATA_BASE, SHARED_BASE } from '../../dist/src/kernel/isa.js';
import { kernel, namespace, task_struct } from '../../dist/src/kernel/layout.js';
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

  test('status of a zombie says so, and is gone with it', () => {
    const fd = open(`/proc/${pid}/status`);
    lab.exit(task);
    expect(read(fd)[1]).toBe(EXIT_ZOMBIE);
    lab.wait(lab.init, pid);
    expect(lab.call(reader, nr.NR_read, fd, BUFFER_TEXT, 128)).toBe(-ESRCH);
    expect(open(`/proc/${pid}/status`)).toBe(-ENOENT);
    expect(lab.wrong()).toEqual([]);
  });

  test.each(['status', 'maps'])('%s open keeps its task, also when another has its number', (name) => {
    const fd = open(`/proc/${pid}/${name}`);
    expect(lab.wrong()).toEqual([]);
    lab.exit(task);
    lab.wait(lab.init, pid);
    expect(lab.wrong()).toEqual([]);
    lab.poke(kernel.last_pid, pid - 1);
    const heir = lab.clone();
    expect([lab.pid(heir), heir === task]).toEqual([pid, false]);
    expect(lab.call(reader, nr.NR_read, fd, BUFFER_TEXT, 128)).toBe(-ESRCH);
    expect(lab.call(reader, nr.NR_close, fd)).toBe(0);
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
