import type { RouteEntry } from '../domain/environment.ts';

/** Where the edge reads what to do with a host name. A change is seen by every edge process within 100 ms (LISTEN/NOTIFY). */
export interface RouteTable {
  put(entry: RouteEntry): Promise<void>;
  removeEnvironment(environment: string): Promise<void>;
}
