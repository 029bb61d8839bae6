/** A loop that has gone round for long without coming to anything shared. */
export class HungError extends Error {
  readonly site: number;

  constructor(name: string, site: number) {
    super(`${name} goes round a loop without end, and comes to nothing shared`);
    this.name = 'HungError';
    this.site = site;
  }
}
