/** BatchGetItem of any number of keys: 100 a request, and again for the keys that DynamoDB left unprocessed. */

import { waitBefore } from "./backoff.js";
import type { Item, Key, Reads } from "./dynamodb.js";
import { Throttled } from "./errors.js";

export const BATCH_KEYS = 100;
/** Replies to one batch without a single item after which the store counts as unavailable. */
export const BATCH_RETRIES = 8;

/**
 * Return those items that exist, read consistently, by `nameKey` of their key. The same key may be given twice.
 *
 * Throws `Throttled` if DynamoDB leaves keys unprocessed again and again.
 */
export async function batchGet(reads: Reads, table: string, keys: Iterable<Key>): Promise<Map<string, Item>> {
  const unique = [...new Map(Array.from(keys, (key) => [nameKey(key), key])).values()];
  const items = new Map<string, Item>();
  for (let start = 0; start < unique.length; start += BATCH_KEYS) {
    await readBatch(reads, table, unique.slice(start, start + BATCH_KEYS), items);
  }
  return items;
}

/** Return one text for a key: no key of a stored item holds a control character. */
export function nameKey(key: Key): string {
  return `${key.pk}\u001f${key.sk}`;
}

async function readBatch(reads: Reads, table: string, batch: readonly Key[], items: Map<string, Item>): Promise<void> {
  let keys = batch.map(({ pk, sk }): Item => ({ pk, sk }));
  let fruitless = 0;
  while (keys.length > 0) {
    const reply = await reads.batchGet({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } });
    const found = reply.Responses?.[table] ?? [];
    for (const item of found) items.set(nameKey({ pk: String(item["pk"]), sk: String(item["sk"]) }), item);
    keys = reply.UnprocessedKeys?.[table]?.Keys ?? [];
    if (keys.length === 0) return;
    fruitless = found.length > 0 ? 0 : fruitless + 1;
    if (fruitless > BATCH_RETRIES) throw new Throttled(`table ${table} leaves a batch read unprocessed: read less at once`);
    await waitBefore(fruitless);
  }
}
