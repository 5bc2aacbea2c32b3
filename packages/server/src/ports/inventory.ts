/** One thing outside that carries this instance's label: what the reaper compares with the environments that exist. */
export interface OwnedThing {
  readonly kind: 'container' | 'network' | 'database' | 'role' | 'folder' | 'image';
  readonly name: string;
  /** Environment id, `template:<key>`, `pool:<key>`, or '' when it has none. */
  readonly owner: string;
  /** ISO 8601; null where the product does not keep it. */
  readonly createdAt: string | null;
}

/** What each driver that leaves things behind offers to the reaper. */
export interface Inventory {
  owned(): Promise<readonly OwnedThing[]>;
  /** Safe to repeat; a thing that is gone already is success. */
  discard(thing: OwnedThing): Promise<void>;
}
