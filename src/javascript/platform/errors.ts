/** Errors as Node words them. */
import { inspect } from 'node:util';
import { codeError } from '../world/clone.ts';

/** `Received type string ('x')`, as in Node's errors of wrong arguments. */
export function received(value: unknown): string {
  if (value === undefined || value === null) return ` Received ${String(value)}`;
  if (typeof value === 'function') return ` Received function ${value.name}`;
  if (typeof value === 'object') {
    const name = value.constructor?.name;
    return name === undefined || name === ''
      ? ` Received ${inspect(value, { depth: -1 })}`
      : ` Received an instance of ${name}`;
  }
  const text = inspect(value, { colors: false });
  return ` Received type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
}

export function wrongType(what: string, wanted: string, value: unknown): Error {
  const text = `The ${what.includes(' ') ? what : `"${what}" argument`} must be ${wanted}.${received(value)}`;
  return named(codeError(TypeError, 'ERR_INVALID_ARG_TYPE', text));
}

export function wrongCallback(value: unknown, what = 'callback'): Error {
  return wrongType(what, 'of type function', value);
}

/** An error of Node: its code is in its stack. */
export function named(error: Error): Error {
  return error;
}

/** What is given up because of a signal, as Node says it. */
export function abortError(reason: unknown): Error {
  const error = new Error('The operation was aborted', { cause: reason });
  return Object.assign(error, { code: 'ABORT_ERR', name: 'AbortError' });
}
