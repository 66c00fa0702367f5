/** The contents of stored items. */

import { nameKey } from "./batch_get.js";
import type { Item, Key } from "./dynamodb.js";
import { Damaged, NotFound } from "./errors.js";
import type { Entry } from "./pages.js";

/** Those items that exist, by `nameKey` of their key. */
export type Contents = ReadonlyMap<string, Item>;

/** A membership, as far as this package looks at it. */
export interface Membership {
  readonly workspace: string;
  readonly workspace_name: string;
  readonly archived: boolean;
}

export function toEntry<T>(line: T, member: Membership | undefined): Entry<T>[] {
  return member ? [{ line, workspaceName: member.workspace_name, archived: member.archived }] : [];
}

/** Return the content of a stored item; undefined for a tombstone. Throws `Damaged` if it is no JSON. */
export function readData<T>(item: Item | undefined): T | undefined {
  const data = item?.["data"];
  if (data === undefined) return undefined;
  try {
    return JSON.parse(String(data)) as T;
  } catch {
    throw new Damaged(`the item ${String(item?.["pk"])} ${String(item?.["sk"])} holds no JSON: run \`ascend rebuild\``);
  }
}

export function isThere(contents: Contents, key: Key): boolean {
  return contents.get(nameKey(key))?.["data"] !== undefined;
}

/** Return the content of an item as an array; an empty one if the item is not there. */
export function readPresent<T>(contents: Contents, key: Key): T[] {
  const content = readData<T>(contents.get(nameKey(key)));
  return content === undefined ? [] : [content];
}

/** Return the content of an item. Throws `NotFound` with `what`. */
export function found<T>(contents: Contents, key: Key, what: string): T {
  const [content] = readPresent<T>(contents, key);
  if (content === undefined) throw new NotFound(`there is no ${what}`, "NotFound");
  return content;
}
