/** What the transform keeps for messages and for Function.prototype.toString, which the language asks for. */

/** What is called at a site, as the engine names it in `X is not a function`. */
export const callees = new Map<number, string>();

/** What is said of something that cannot be gone through there. */
export const iterables = new Map<number, string>();

/** What is taken apart there, in `Cannot destructure property 'a' of 'X'`. */
export const sources = new Map<number, string>();

/** Text of each file, by its name, as JavaScript. */
export const sourceTexts = new Map<string, string>();
