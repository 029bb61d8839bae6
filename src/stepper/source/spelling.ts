/**
 * Names of the author in the text that the compiler reads. A dollar sign has a digit behind it: 0 for one of the author's
 * own, 1 for the dot between a table and its member; so none can be taken for another, nor for a name of ours.
 */

export const spelled = (name: string): string => name.replaceAll('$', '$0');

/** How the parts of a table and of a module that is imported whole are called. */
export function memberName(object: string, member: string): string {
  return `${spelled(object)}$1${spelled(member)}`;
}

/** The name as its author wrote it. */
export const asWritten = (name: string): string => name.replace(/\$([01])/g, (_, digit) => (digit === '0' ? '$' : '.'));

/** A text as a literal, in characters that mean the same everywhere and without a name of ours. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^ -#%-~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
