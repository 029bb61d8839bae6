/** What transformed code asks about memory, and the operations it gets. */
export { atomic } from './atomics.ts';
export { bulk } from './bulk.ts';
export { bulkNew } from './constructed.ts';
export { isShared, read, write } from './plain.ts';
