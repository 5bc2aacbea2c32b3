/** Ctrl-C where it arrives as a key and not as a signal. */
export class Interrupted extends Error {}
