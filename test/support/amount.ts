/** How much of what is drawn, or goes on for a time, is done: little enough to wait for, or by `npm run test:long` much. */
export const isLong = process.env['TASKLOCK_LONG'] === '1';

export const amount = (usual: number, long: number): number => (isLong ? long : usual);
