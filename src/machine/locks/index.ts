/** Every lock algorithm, oldest first. */
import type { LockKind } from './lock-kind.ts';
import * as mcs from './mcs.ts';
import * as ticket from './ticket.ts';

const LINE = 64;

export const locks: readonly LockKind[] = [
  {
    name: 'ticket',
    title: 'ticket lock',
    paper: 'Reed and Kanodia, Synchronization with eventcounts and sequencers, 1979; Linux 2.6.25',
    about: 'waiters draw numbers and all watch the one that is served',
    shape: 'exclusive',
    fifo: true,
    parks: false,
    bytes: () => LINE,
    code: ticket,
  },
  {
    name: 'mcs',
    title: 'MCS queue lock',
    paper: 'Mellor-Crummey and Scott, Algorithms for scalable synchronization, 1991',
    about: 'a linked queue; each waiter spins on its own record',
    shape: 'exclusive',
    fifo: true,
    parks: false,
    bytes: () => LINE,
    code: mcs,
  },
];
