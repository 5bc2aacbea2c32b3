import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a request came from, for as long as it is worked on: the audit log asks for it wherever a deed is written down. */
const origins = new AsyncLocalStorage<string>();

/** `origin`: channel and address, such as `cli 203.0.113.7`. */
export const withOrigin = <T>(origin: string, work: () => T): T => origins.run(origin, work);

/** Null: nobody asked; Slipway does it by itself. */
export const originNow = (): string | null => origins.getStore() ?? null;
