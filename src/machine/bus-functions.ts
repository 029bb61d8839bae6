/** What `tasklock/bus` offers, for messages and checks of modules: parameters, and whether a function gives a value. */
export interface BusFunction {
  readonly parameters: readonly string[];
  /** Parameters that may be left out, at the end. */
  readonly optional: number;
  readonly givesValue: boolean;
}

const value = (...parameters: string[]): BusFunction => ({ parameters, optional: 0, givesValue: true });
const effect = (...parameters: string[]): BusFunction => ({ parameters, optional: 0, givesValue: false });

export const BUS_MODULE = 'tasklock/bus';

export const busFunctions: ReadonlyMap<string, BusFunction> = new Map([
  ['load', value('address')],
  ['store', effect('address', 'value')],
  ['READ_ONCE', value('address')],
  ['WRITE_ONCE', effect('address', 'value')],
  ['xchg', value('address', 'value')],
  ['cmpxchg', value('address', 'expected', 'value')],
  ['xadd', value('address', 'delta')],
  ['fetch_or', value('address', 'bits')],
  ['fetch_and', value('address', 'bits')],
  ['smp_mb', effect()],
  ['cpu_relax', effect()],
  ['cpu_delay', effect('turns')],
  ['wait_for_change', effect('address', 'seen')],
  ['wake_waiters', effect('address')],
  ['futex_wait', value('address', 'expected')],
  ['futex_wake', value('address', 'count')],
  ['choose', value('n')],
  ['memset', effect('address', 'value', 'bytes')],
  ['memcpy', effect('to', 'from', 'bytes')],
  ['memchr_inv', value('address', 'value', 'bytes')],
  ['memeq', value('a', 'b', 'bytes')],
  ['arch_spin_lock', effect('lock')],
  ['arch_spin_trylock', value('lock')],
  ['arch_spin_unlock', effect('lock')],
  ['arch_read_lock', effect('lock')],
  ['arch_read_unlock', effect('lock')],
  ['arch_write_lock', effect('lock')],
  ['arch_write_unlock', effect('lock')],
  ['assert', { parameters: ['condition', 'message'], optional: 1, givesValue: false }],
]);

/** Numbers that it exports. */
export const busConstants: ReadonlySet<string> = new Set(['RW_LOCK_BIAS']);

/** Every name of it, as one line. */
export function busNames(): string {
  return [...busFunctions.keys(), ...busConstants].join(', ');
}
