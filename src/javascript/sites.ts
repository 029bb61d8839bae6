/** Places in sources by number: what operations, traces and reports refer to. One table for all files. */
import { basename } from 'node:path';

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

/** Wherever the file lies. */
function markOf({ file, line, column, text }: Site): number {
  let mark = 0;
  for (const part of [basename(file), String(line), String(column), text]) {
    for (let i = 0; i < part.length; i++) mark = (Math.imul(mark, 31) + part.charCodeAt(i)) | 0;
  }
  return mark >>> 1;
}

export class Sites {
  private readonly all: Site[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly marks: number[] = [];

  /** The number of a place; the same place has one number. */
  add(site: Site): number {
    const key = `${site.file}\0${site.line}:${site.column}\0${site.text}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.all.push(site) - 1;
      this.numbers.set(key, number);
      this.marks.push(markOf(site));
    }
    return number;
  }

  /**
   * What tells a place from others in every process: numbers follow from the order in which files are read, and some are
   * read in some executions only. Negative for none.
   */
  mark(number: number): number {
    return this.marks[number] ?? -1;
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
