import { RamView } from './view.ts';

/** A view that notes the words it is asked for, by number. */
export class NotingView extends RamView {
  readonly read: number[] = [];

  override word(address: number): number {
    const value = super.word(address);
    this.read.push(address >> 2);
    return value;
  }
}
