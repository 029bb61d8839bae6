/** The module cannot be explored: one message for people, possibly of several lines. */
export class ModuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModuleError';
  }
}
