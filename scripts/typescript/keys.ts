import type { Day, Due, Instant, Ref, ThingId, UserId } from "../../src/ascend/architect/types/typescript/ascend";

/** The keys of an item in a table, as plain values for the document client of the AWS SDK. */
export interface Key {
  pk: string;
  sk: string;
}

/** The keys of an item in the first index. */
export interface Gsi1Key {
  gsi1pk: string;
  gsi1sk: string;
}

/** The keys of an item in the second index. */
export interface Gsi2Key {
  gsi2pk: string;
  gsi2sk: string;
}

/** The key condition of a Query: spread it into the request, next to `TableName` and `Limit`. */
export interface KeyCondition {
  IndexName?: "gsi1" | "gsi2";
  KeyConditionExpression: string;
  ExpressionAttributeValues: Record<string, string>;
  ScanIndexForward: boolean;
  ConsistentRead: boolean;
}

/** The build of a projection to read: its number in `epochs` of the item `EpochsItem`, by the projection's name; 0 if absent. */
export interface Build {
  epoch: number;
}

/** A range of days of UTC (YYYY-MM-DD); both ends are included. */
export interface Days {
  from?: Day;
  to?: Day;
}

type Field = string | number | null | undefined;
type Fields = Record<string, Field>;

/** A number as text of a fixed width, so that texts sort like numbers. */
export function slot(position: number, width = 16): string {
  return String(position).padStart(width, "0");
}

/** A reference to an entity, as a part of a key. */
export function place(ref: Ref): string {
  return `${ref[0]}:${ref[1]}`;
}

/** Text as a part of a key for exact matches; no information is lost. */
export function keyed(text: string): string {
  return text.replace(/[%#\u0000-\u001f\u007f-\u009f]/g, (match) => {
    const code = match.charCodeAt(0);
    const byte = `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
    return code < 0x80 ? byte : `%C2${byte}`;
  });
}

/**
 * The key by which tags, relation types and keys of metadata are equal: without invisible marks, composed (NFC), at most
 * 200 characters. Only characters that Unicode 14.0 assigns are composed, so that every engine makes the same key.
 */
export function labelKey(text: string): string {
  const parts = text.replace(INVISIBLE, "").split(LATER_CHARACTERS);
  const composed = parts.map((part, place) => (place % 2 ? part : part.normalize("NFC"))).join("");
  return Array.from(composed).slice(0, 200).join("");
}

/** A user's id as a part of a key: percent-encoded (RFC 3986), so that no separator is part of it. */
export function userKey(user: UserId): string {
  return user.replace(/^[^A-Za-z0-9~]|[^A-Za-z0-9._:@|+~-]/gu, (character) => {
    const encoded = encodeURIComponent(character);
    return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encoded;
  });
}

/** A label as a part of a key. */
export function labelled(label: string): string {
  return keyed(labelKey(label));
}

/** Characters that Unicode 14.0 does not assign. Splitting a text by it keeps them, in every second place. */
const LATER_CHARACTERS = new RegExp(`([^${listRanges(ASSIGNED)}]+)`, "u");
const INVISIBLE = new RegExp(`[${listRanges(INVISIBLE_MARKS)}]`, "gu");

function listRanges(codes: string): string {
  return codes.trim().replace(/[0-9A-F]+/g, "\\u{$&}").replace(/\s+/g, "");
}

/** An instant as text that sorts by time. */
export function instantText(instant: Instant): string {
  const [seconds, fraction] = utc(instant);
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** The path of a Thing, with a separator at the end, so that no path is the beginning of a sibling's path. */
export function pathText(path: ThingId[]): string {
  return path.map((thing) => `${thing}/`).join("");
}

/** A due date as text that sorts by time: a day sorts before every moment of that day (UTC), and no date sorts last. */
export function dueText(due: Due | undefined): string {
  if (due === undefined) return "~";
  return typeof due === "string" ? due : `${utc(due.instant)[0]}Z`;
}

function utc(instant: Instant): [seconds: string, fraction: string] {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(instant);
  if (!match) throw new RangeError(`${instant} is not an instant in the form YYYY-MM-DDTHH:MM:SSZ`);
  return [match[1] as string, match[2] ?? ""];
}

function fill(template: string, fields: Fields): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields[name];
    if (value === null || value === undefined) throw new TypeError(`a key ${template} needs a ${name}`);
    const text = String(value);
    if (text.includes("#")) throw new RangeError(`${name} cannot be part of a key ${template}: it contains '#'`);
    return text;
  });
}

/** The sort key up to the first field that is not given. */
function prefix(template: string, fields: Fields): string {
  const names = Array.from(template.matchAll(/\{(\w+)\}/g));
  const given = (name: string | undefined) => name !== undefined && fields[name] !== null && fields[name] !== undefined;
  const missing = names.findIndex((name) => !given(name[1]));
  if (missing < 0) return fill(template, fields);
  const useless = names.slice(missing).find((name) => given(name[1]));
  if (useless) throw new TypeError(`${useless[1]} narrows nothing without ${names[missing]?.[1]}`);
  return fill(template.slice(0, names[missing]?.index), fields);
}

function key(pk: string, sk: string, fields: Fields): Key {
  return { pk: fill(pk, fields), sk: fill(sk, fields) };
}

function gsi1(pk: string, sk: string, fields: Fields): Gsi1Key | null {
  return isInIndex(fields) ? { gsi1pk: fill(pk, fields), gsi1sk: fill(sk, fields) } : null;
}

function gsi2(pk: string, sk: string, fields: Fields): Gsi2Key | null {
  return isInIndex(fields) ? { gsi2pk: fill(pk, fields), gsi2sk: fill(sk, fields) } : null;
}

/** True if the item is in the index: no field of its index key is null. */
function isInIndex(fields: Fields): boolean {
  return Object.values(fields).every((field) => field !== null);
}

interface ConditionOptions {
  index?: "gsi1" | "gsi2";
  descending?: boolean;
  days?: Days;
}

function condition(pk: string, sk: string, fields: Fields, options: ConditionOptions = {}): KeyCondition {
  const { index, days } = options;
  const beginning = prefix(sk, fields);
  const values: Record<string, string> = { ":pk": fill(pk, fields) };
  let test = "";
  if (days?.from !== undefined || days?.to !== undefined) {
    values[":low"] = beginning + (days.from ?? "") || " ";
    values[":high"] = beginning + (days.to ?? "9999-12-31") + "\u{10ffff}"; // items without a date sort after it
    test = ` AND ${index ?? ""}sk BETWEEN :low AND :high`;
  } else if (beginning) {
    values[":prefix"] = beginning;
    test = ` AND begins_with(${index ?? ""}sk, :prefix)`;
  }
  return {
    ...(index && { IndexName: index }),
    KeyConditionExpression: `${index ?? ""}pk = :pk${test}`,
    ExpressionAttributeValues: values,
    ScanIndexForward: !options.descending,
    ConsistentRead: index === undefined,
  };
}
