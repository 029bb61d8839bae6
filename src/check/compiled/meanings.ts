/** What an access means to the race detector. */
export const NOTHING = 0;
export const PLAIN_READ = 1;
export const PLAIN_WRITE = 2;
export const MARKED_READ = 3;
export const MARKED_WRITE = 4;
export const ATOMIC = 5;
export const LOCK_SHARED = 6;
export const LOCK_EXCLUSIVE = 7;
export const UNLOCK = 8;
export const GIVE_BACK = 9;
/** What is done before a wake-up is seen by who is woken; neither looks at the word. */
export const WAKE = 10;
export const AWAKE = 11;
