import type { Day, Due, Instant, Ref, ThingId } from "../../src/ascend/architect/types/typescript/ascend";

/** Keys of an item in a table: plain values, as the document client of the AWS SDK takes them. */
export interface Key {
  pk: string;
  sk: string;
}

/** Keys of an item in the first index. */
export interface Gsi1Key {
  gsi1pk: string;
  gsi1sk: string;
}

/** Keys of an item in the second index. */
export interface Gsi2Key {
  gsi2pk: string;
  gsi2sk: string;
}

/** What says which items a Query reads: spread it into the request, beside `TableName` and `Limit`. */
export interface KeyCondition {
  IndexName?: "gsi1" | "gsi2";
  KeyConditionExpression: string;
  ExpressionAttributeValues: Record<string, string>;
  ScanIndexForward: boolean;
  ConsistentRead: boolean;
}

/** Which build of a projection is read: `epochs` of the item `EpochsItem` says it by the projection's name; else 0. */
export interface Build {
  epoch: number;
}

/** Of days, both included: YYYY-MM-DD. */
export interface Days {
  from?: Day;
  to?: Day;
}

type Field = string | number | null | undefined;
type Fields = Record<string, Field>;

/** Of a fixed width, so that text sorts as numbers do. */
export function slot(position: number, width = 16): string {
  return String(position).padStart(width, "0");
}

/** An entity as a part of a key. */
export function place(ref: Ref): string {
  return `${ref[0]}:${ref[1]}`;
}

/** Text for a key, for exact matches: nothing is lost. */
export function keyed(text: string): string {
  return text.replace(/[%#\u0000-\u001f\u007f-\u009f]/g, (found) => {
    const code = found.charCodeAt(0);
    const byte = `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
    return code < 0x80 ? byte : `%C2${byte}`;
  });
}

/** Text for the middle of a sort key: in the order people expect, without separators, bounded. */
export function sortable(text: string): string {
  const folded = Array.from(text.normalize("NFKC"), withoutCase).join("");
  return Array.from(folded)
    .slice(0, 100)
    .map((one) => (one === "#" || one < " " ? " " : one))
    .join("");
}

/** A name in a sort key, with an end that sorts before every character of a name. */
export function byName(name: string): string {
  return `${sortable(name)}\t`;
}

/** One character without its case (Unicode's full case folding), which JavaScript has no function for. */
function withoutCase(one: string): string {
  if (one === "ı") return one;
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(one)) return one.toUpperCase(); // Cherokee folds upwards
  const upper = one.toLowerCase().toUpperCase();
  return Array.from(upper, (part) => part.toLowerCase()).join("");
}

/** Text that sorts by time. */
export function instantText(instant: Instant): string {
  const [seconds, fraction] = utc(instant);
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** Where a Thing stands: with a separator at the end, so that no path is the beginning of a sibling's. */
export function pathText(path: ThingId[]): string {
  return path.map((thing) => `${thing}/`).join("");
}

/** Text that sorts by time: a day before every moment of that day (UTC), and what has no date behind all. */
export function dueText(due: Due | undefined): string {
  if (due === undefined) return "~";
  return typeof due === "string" ? due : `${utc(due.instant)[0]}Z`;
}

function utc(instant: Instant): [seconds: string, fraction: string] {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(instant);
  if (!found) throw new RangeError(`${instant} is not as read items say it: YYYY-MM-DDTHH:MM:SSZ`);
  return [found[1] as string, found[2] ?? ""];
}

function fill(template: string, fields: Fields): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    if (value === null || value === undefined) throw new TypeError(`a key ${template} needs a ${name}`);
    const text = String(value);
    if (text.includes("#")) throw new RangeError(`${name} cannot stand in a key ${template}: it holds '#'`);
    return text;
  });
}

/** The sort key up to the first field that is not given. */
function prefix(template: string, fields: Fields): string {
  const names = Array.from(template.matchAll(/\{(\w+)\}/g));
  const given = (name: string | undefined) => name !== undefined && fields[name] !== null && fields[name] !== undefined;
  const missing = names.findIndex((one) => !given(one[1]));
  if (missing < 0) return fill(template, fields);
  const useless = names.slice(missing).find((one) => given(one[1]));
  if (useless) throw new TypeError(`${useless[1]} says nothing without ${names[missing]?.[1]}`);
  return fill(template.slice(0, names[missing]?.index), fields);
}

function key(pk: string, sk: string, fields: Fields): Key {
  return { pk: fill(pk, fields), sk: fill(sk, fields) };
}

function gsi1(pk: string, sk: string, fields: Fields): Gsi1Key | null {
  return isIn(fields) ? { gsi1pk: fill(pk, fields), gsi1sk: fill(sk, fields) } : null;
}

function gsi2(pk: string, sk: string, fields: Fields): Gsi2Key | null {
  return isIn(fields) ? { gsi2pk: fill(pk, fields), gsi2sk: fill(sk, fields) } : null;
}

/** An item for which one of an index key's fields is null is not in that index. */
function isIn(fields: Fields): boolean {
  return Object.values(fields).every((field) => field !== null);
}

interface Asked {
  index?: "gsi1" | "gsi2";
  descending?: boolean;
  days?: Days;
}

function condition(pk: string, sk: string, fields: Fields, asked: Asked = {}): KeyCondition {
  const { index, days } = asked;
  const begin = prefix(sk, fields);
  const values: Record<string, string> = { ":pk": fill(pk, fields) };
  let test = "";
  if (days?.from !== undefined || days?.to !== undefined) {
    values[":low"] = begin + (days.from ?? "") || " ";
    values[":high"] = begin + (days.to ?? "9999-12-31") + "\u{10ffff}"; // what has no date lies behind it
    test = ` AND ${index ?? ""}sk BETWEEN :low AND :high`;
  } else if (begin) {
    values[":prefix"] = begin;
    test = ` AND begins_with(${index ?? ""}sk, :prefix)`;
  }
  return {
    ...(index && { IndexName: index }),
    KeyConditionExpression: `${index ?? ""}pk = :pk${test}`,
    ExpressionAttributeValues: values,
    ScanIndexForward: !asked.descending,
    ConsistentRead: index === undefined,
  };
}
