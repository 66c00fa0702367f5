/** The condition of a Query, and the bookmarks at which its pages end. */

import type { Bookmark } from "./cursor.js";
import type { DayRange, TextRange } from "./days.js";
import type { Item } from "./dynamodb.js";
import type { Builds } from "./epochs.js";
import { InvalidInput } from "./errors.js";
import { fillPrefix, parseField, type Fields } from "./key_template.js";
import type { PatternSchema } from "./schema.js";

export interface Condition {
  readonly partition: string;
  /** The names of the partition key and the sort key that the condition is about. */
  readonly names: readonly [partition: string, sort: string];
  /** The names of all attributes that say where a page ends. */
  readonly keyNames: readonly string[];
  /** A text that tells this condition from all others, the build left out: pages go on after a rebuild. */
  readonly question: string;
  readonly request: {
    readonly KeyConditionExpression: string;
    readonly ExpressionAttributeValues: Record<string, string>;
    readonly ScanIndexForward: boolean;
    readonly ConsistentRead: boolean;
    readonly IndexName?: string;
  };
}

/** Text that sorts before the first character of any field of a key, and after all. */
const FIRST = " ";
const LAST = "\u{10ffff}";

export function toCondition(builds: Builds, pattern: PatternSchema, fields: Fields, range: TextRange | undefined): Condition {
  const index = pattern.index === undefined ? "" : (`gsi${pattern.index}` as const);
  const templates = pattern.item[index || "key"];
  if (!templates) throw new InvalidInput(`${pattern.item.name} is not in ${index}`);
  const partition = builds.partition(pattern.item, templates, fields);
  const [expression, values] = toSortCondition(`${index}sk`, fillPrefix(templates[1], fields), range);
  const names = [`${index}pk`, `${index}sk`] as const;
  const parts = [partition.slice(0, partition.lastIndexOf("#")), ...Object.values(values), index, pattern.descending ?? false];
  return {
    partition,
    names,
    keyNames: index ? [...names, "pk", "sk"] : names,
    question: parts.join("\u001f"),
    request: {
      KeyConditionExpression: `${names[0]} = :pk${expression}`,
      ExpressionAttributeValues: { ":pk": partition, ...values },
      ScanIndexForward: !pattern.descending,
      ConsistentRead: !index,
      ...(index && { IndexName: index }),
    },
  };
}

function toSortCondition(sort: string, prefix: string, range: TextRange | undefined): [string, Record<string, string>] {
  if (range?.low !== undefined || range?.high !== undefined) {
    const values = { ":low": prefix + (range.low ?? "") || FIRST, ":high": prefix + (range.high ?? "") + LAST };
    return [` AND ${sort} BETWEEN :low AND :high`, values];
  }
  return prefix ? [` AND begins_with(${sort}, :prefix)`, { ":prefix": prefix }] : ["", {}];
}

/** Return the bookmark of a key: without the build, so that pages begun before a rebuild go on after it. */
export function toParts(key: Item, condition: Condition): Bookmark {
  const [, sort] = condition.names;
  const text = String(key[sort]);
  if (condition.keyNames.length === 2) return [text];
  const partition = String(key["pk"]);
  return [text, partition.slice(0, partition.lastIndexOf("#")), String(key["sk"])];
}

/** Return the key of a bookmark in these builds: the inverse of `toParts`. */
export function toStart(builds: Builds, pattern: PatternSchema, condition: Condition, bookmark: Bookmark | undefined): Item | undefined {
  if (!bookmark) return undefined;
  const [sort, partition, baseSort] = bookmark;
  const start: Item = { [condition.names[0]]: condition.partition, [condition.names[1]]: sort };
  if (condition.keyNames.length === 2) return start;
  return { ...start, pk: `${partition}#${builds.nameOf(pattern.item.projection)}`, sk: baseSort };
}

export function isOfDays(item: Item, pattern: PatternSchema, days: DayRange | undefined): boolean {
  const templates = pattern.index === undefined ? pattern.item.key : pattern.item[`gsi${pattern.index}`];
  if (!days?.zone || !pattern.range || !templates) return true;
  const sort = pattern.index === undefined ? "sk" : `gsi${pattern.index}sk`;
  return days.contains(parseField(templates[1], String(item[sort]), pattern.range[0]) ?? "");
}
