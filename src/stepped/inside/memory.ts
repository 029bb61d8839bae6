/**
 * The memory that a search inside runs over (places.ts), byte addresses of whole words. Compiled, these are single
 * instructions, and `resume` is the compiled module's; as they stand here they are for tests.
 */
let memory = new Int32Array(0);
let resumes: (region: number) => number = () => 0;

/** Says what the functions below work on. */
export function attach(words: Int32Array<ArrayBuffer>, resume: (region: number) => number): void {
  memory = words;
  resumes = resume;
}

export function at(address: number): number {
  return memory[address >> 2] as number;
}

export function put(address: number, value: number): void {
  memory[address >> 2] = value;
}

/** Lets a CPU perform its pending access and run on to the next: how it stands then (places.ts). */
export function resume(region: number): number {
  return resumes(region);
}
