/** Wrong usage or bad input; the message is one line for the person. */
export class UsageError extends Error {}
