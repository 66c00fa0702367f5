/** One page of a Query: it goes on over what is not to be shown (tombstones) until the page is full, or nothing follows. */

import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Item, Reads } from "./dynamodb.js";

/** Requests for one page at most. A page that needs more is shorter, and its `next` leads on. */
export const MOST_REQUESTS = 10;
/** Items that a request reads at least after the first one, so that a long run of tombstones takes few requests. */
export const LEAST_READ = 25;

/** The lines of a page, and the key from which the next page goes on. */
export interface RawPage<T> {
  readonly lines: T[];
  readonly next: Item | undefined;
}

/**
 * Return up to `limit` lines. `toLine` returns undefined for an item that is not to be shown.
 *
 * The attributes of `keyNames` are those of the table, and of the index if the request names one.
 */
export async function readPage<T>(
  reads: Reads,
  request: QueryCommandInput,
  keyNames: readonly string[],
  limit: number,
  toLine: (item: Item) => T | undefined,
): Promise<RawPage<T>> {
  const lines: T[] = [];
  let next = request.ExclusiveStartKey as Item | undefined;
  for (let sent = 0; sent < MOST_REQUESTS; sent++) {
    const count = sent === 0 ? limit : Math.max(limit - lines.length, LEAST_READ);
    const reply = await reads.query({ ...request, Limit: count, ...(next && { ExclusiveStartKey: next }) });
    const items = reply.Items ?? [];
    const used = takeLines(items, limit, toLine, lines);
    next = used < items.length ? pickKey(items[used - 1], keyNames) : reply.LastEvaluatedKey;
    if (next === undefined || lines.length === limit) break;
  }
  return { lines, next };
}

/** Add lines until there are `limit`; return the number of items that were looked at. */
function takeLines<T>(items: Item[], limit: number, toLine: (item: Item) => T | undefined, lines: T[]): number {
  let used = 0;
  for (const item of items) {
    if (lines.length === limit) break;
    const line = toLine(item);
    if (line !== undefined) lines.push(line);
    used += 1;
  }
  return used;
}

function pickKey(item: Item | undefined, names: readonly string[]): Item | undefined {
  return item && Object.fromEntries(names.map((name) => [name, item[name]]));
}
