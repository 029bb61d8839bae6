/**
 * What can fail on purpose, by number: a slab cache is a class by its own, what is no allocation has one behind them. Their
 * bits make one word.
 */

/** How it is decided (cpu_area.fault_mode). */
export const FAULTS_NONE = 0;
/** A search decides, each time. */
export const FAULTS_CHOSEN = 1;
/** The one with this number fails. */
export const FAULTS_NTH = 2;
/** Each with this chance, in parts of 2^31. */
export const FAULTS_RATE = 3;

export const FAULT_GET_USER = 24;
export const FAULT_PUT_USER = 25;
export const FAULT_GETNAME = 26;
export const FAULT_COPY_FROM_USER = 27;
export const FAULT_COPY_TO_USER = 28;
export const FAULT_FD = 29;
export const FAULT_NPROC = 30;
export const FAULT_PID = 31;
