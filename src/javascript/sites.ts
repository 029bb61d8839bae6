/** Places in sources by number: what operations, traces and reports refer to. One table for all files. */
export interface Site {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Name of the function around it. */
  readonly function: string;
  /** Its source, the first line of it. */
  readonly text: string;
}

export class Sites {
  private readonly all: Site[] = [];
  private readonly numbers = new Map<string, number>();

  /** The number of a place; the same place has one number. */
  add(site: Site): number {
    const key = `${site.file}\0${site.line}:${site.column}\0${site.text}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.all.push(site) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  get(number: number): Site | undefined {
    return this.all[number];
  }

  /** `file:line:column`, or `somewhere`. */
  where(number: number): string {
    const site = this.all[number];
    return site === undefined ? 'somewhere' : `${site.file}:${site.line}:${site.column}`;
  }
}

export const sites = new Sites();
