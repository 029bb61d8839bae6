/** What a recording may hold, so that a damaged or hostile file cannot ask for much memory. */

/** Bytes of a file, and of its unpacked content. */
export const MAX_BYTES = 64 * 1024 * 1024;
/** Decisions. */
export const MAX_STEPS = 1 << 24;
/** Characters of a program or module, and of a name or title. */
export const MAX_TEXT = 1 << 20;
export const MAX_NAME = 400;
