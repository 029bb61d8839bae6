/** What a recording may hold, so that a damaged or hostile file cannot ask for much memory. */

/** Bytes of a file, and of its unpacked content. */
export const MAX_BYTES = 64 * 1024 * 1024;
/** Bytes of the header, every character of whose texts may be escaped; brackets in one another are few. */
export const MAX_HEADER = 8 * 1024 * 1024;
/** Settings of a module. */
export const MAX_SETTINGS = 1000;
/** Files of JavaScript. */
export const MAX_FILES = 2000;
/** Decisions. */
export const MAX_STEPS = 1 << 24;
/** Characters of a program or module, and of a name or title. */
export const MAX_TEXT = 1 << 20;
export const MAX_NAME = 400;
/** Calls of an agent in a scenario of operations. */
export const MAX_CALLS = 64;
