/**
 * The epochs: how often each projection was rebuilt. They are part of every key, and name the build that queries read.
 *
 * A rebuild raises an epoch once the new items are complete. Until a process has noticed, the old items serve it as well.
 * The epochs are read along with other items, so that costs no request.
 */

import { sha256 } from "./cursor.js";
import type { Item, Key } from "./dynamodb.js";
import { StoreError } from "./errors.js";
import { fill, type Fields } from "./key_template.js";
import type { ApplicationSchema, ItemSchema, Templates } from "./schema.js";

export const EPOCHS: Key = { pk: "epochs", sk: "epochs" };
/** Milliseconds after which the epochs are read again. Old items are removed much later. */
export const FRESH_MS = 5_000;

/** The builds that one question reads, from its beginning to its end. */
export class Builds {
  readonly #schema: ApplicationSchema;
  readonly #epochs: Readonly<Record<string, number>>;

  constructor(schema: ApplicationSchema, epochs: Readonly<Record<string, number>>) {
    this.#schema = schema;
    this.#epochs = epochs;
  }

  /** Return the name of a projection's build: the end of every partition key. */
  nameOf(projection: string): string {
    return `${projection}.${this.#schema.projections[projection]}.${this.#epochs[projection] ?? 0}`;
  }

  partition(item: ItemSchema, templates: Templates, fields: Fields): string {
    return `${fill(templates[0], fields)}#${this.nameOf(item.projection)}`;
  }

  /** Return the keys of an item in its table. */
  key(item: ItemSchema, fields: Fields): Key {
    return { pk: this.partition(item, item.key, fields), sk: fill(item.key[1], fields) };
  }

  /** Return the key of the generation's record in a workspace, which holds the counts. */
  async recordKey(workspace: string): Promise<Key> {
    const names = Object.keys(this.#schema.projections).sort();
    const builds = names.map((name) => this.nameOf(name)).join(",");
    const generation = (await sha256(`${this.#schema.snapshots}:${builds}`)).slice(0, 12);
    return { pk: fill("W#{workspace}#generations", { workspace }), sk: generation };
  }

  hasEpochs(epochs: Readonly<Record<string, number>>): boolean {
    const names = Object.keys(this.#schema.projections);
    return names.every((name) => (epochs[name] ?? 0) === (this.#epochs[name] ?? 0));
  }
}

/** What this process knows of the epochs. */
export class Epochs {
  /** The current builds. Another object stands here as soon as another build is to be read. */
  builds: Builds;
  readonly #schema: ApplicationSchema;
  #readAt: number | undefined;

  constructor(schema: ApplicationSchema) {
    this.#schema = schema;
    this.builds = new Builds(schema, {});
  }

  /** Return true if the epochs must be read again. */
  isStale(): boolean {
    return this.#readAt === undefined || performance.now() - this.#readAt > FRESH_MS;
  }

  /** Take over the item `epochs`, which was read just now. Throws `StoreError` if it cannot be understood. */
  refresh(item: Item | undefined): void {
    const epochs = (item ? item["epochs"] : {}) as Readonly<Record<string, number>> | undefined;
    if (typeof epochs !== "object" || !Object.values(epochs).every(Number.isSafeInteger)) {
      throw new StoreError("the item `epochs` of the views table cannot be read: restore it from a backup");
    }
    this.#readAt = performance.now();
    if (!this.builds.hasEpochs(epochs)) this.builds = new Builds(this.#schema, epochs);
  }
}
