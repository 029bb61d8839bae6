/** What is not there: said when it is used, with what to do about it. */

export class RefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}

export function refusedFunction(message: string): () => never {
  return function refused(): never {
    throw new RefusedError(message);
  };
}

export function refusedModule(name: string): RefusedError {
  return new RefusedError(
    `node:${name} is not there: explored code touches nothing outside of its program. Give what imports it a stub: an ` +
      'object of your own in its place',
  );
}
