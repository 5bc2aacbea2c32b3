import type { SnapshotTable } from '../domain/snapshot.ts';
import type { Repository } from './repository.ts';

/** All bundles, and a few more. */
const KEPT = 40;

/** Reads parts of tables. Many small tables lie in one object: what was read for one is kept for the next. */
export class Bundles {
  readonly #from: Repository;
  readonly #snapshot: string;
  readonly #kept = new Map<string, Promise<Buffer>>();

  constructor(from: Repository, snapshot: string) {
    this.#from = from;
    this.#snapshot = snapshot;
  }

  async read({ offset, length, ...object }: SnapshotTable['parts'][number], name: string): Promise<Buffer> {
    const where = { snapshot: this.#snapshot, part: name };
    if (offset === undefined || length === undefined) return this.#from.objects.read(object, where);
    const kept = this.#kept.get(object.id) ?? this.#from.objects.read(object, where);
    this.#kept.set(object.id, kept);
    for (const id of this.#kept.keys()) if (this.#kept.size > KEPT) this.#kept.delete(id);
    return (await kept).subarray(offset, offset + length);
  }
}
