/** Values as they stand in keys, the same text as in Python: labels, users, references, days and moments. */

import { InvalidInput } from "./errors.js";
import { ASSIGNED, INVISIBLE_MARKS } from "./unicode.js";

/** A number as text of a fixed width, so that texts sort like numbers. */
export function slot(position: number, width = 16): string {
  return String(position).padStart(width, "0");
}

/** A reference to an entity: `task:<id>`. */
export function place(ref: readonly [kind: string, id: string]): string {
  return `${ref[0]}:${ref[1]}`;
}

/** Text for exact matches; no information is lost. */
export function keyed(text: string): string {
  return text.replace(/[%#\u0000-\u001f\u007f-\u009f]/g, (match) => {
    const code = match.charCodeAt(0);
    const byte = `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
    return code < 0x80 ? byte : `%C2${byte}`;
  });
}

/** Characters that Unicode 14.0 does not assign. Splitting a text by it keeps them, in every second place. */
const LATER_CHARACTERS = new RegExp(`([^${listRanges(ASSIGNED)}]+)`, "u");
const INVISIBLE = new RegExp(`[${listRanges(INVISIBLE_MARKS)}]`, "gu");

function listRanges(codes: string): string {
  return codes.trim().replace(/[0-9A-F]+/g, "\\u{$&}").replace(/\s+/g, "");
}

/**
 * The key by which tags, relation types and keys of metadata are equal: without invisible marks, composed (NFC), at most
 * 200 characters. Only characters that Unicode 14.0 assigns are composed, so that every engine makes the same key.
 */
export function labelKey(text: string): string {
  const parts = text.replace(INVISIBLE, "").split(LATER_CHARACTERS);
  const composed = parts.map((part, index) => (index % 2 ? part : part.normalize("NFC"))).join("");
  return Array.from(composed).slice(0, 200).join("");
}

/** A label (a tag, a type of relations) as a part of a key. */
export function labelled(label: string): string {
  return keyed(labelKey(label));
}

/** A user's id: percent-encoded (RFC 3986), so that no separator is part of it. */
export function userKey(user: string): string {
  return user.replace(/^[^A-Za-z0-9~]|[^A-Za-z0-9._:@|+~-]/gu, (character) => {
    const encoded = encodeURIComponent(character);
    return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encoded;
  });
}

/** A truth value as Python writes it. */
export function truthText(value: boolean): string {
  return value ? "True" : "False";
}

/** A moment as text that sorts by time. */
export function instantText(instant: string): string {
  const [seconds, fraction] = splitInstant(instant);
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** A due date as text that sorts by time: a day sorts before every moment of that day (UTC), and no date sorts last. */
export function dueText(due: string | { readonly instant: string } | undefined): string {
  if (due === undefined) return "~";
  return typeof due === "string" ? due : `${splitInstant(due.instant)[0]}Z`;
}

/** The path of a Thing, with a separator at the end, so that no path is the beginning of a sibling's path. */
export function pathText(path: readonly string[]): string {
  return path.map((thing) => `${thing}/`).join("");
}

function splitInstant(instant: string): [seconds: string, fraction: string] {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(instant);
  if (!match?.[1]) throw new InvalidInput(`${instant} is not a moment in the form YYYY-MM-DDTHH:MM:SSZ`);
  return [match[1], match[2] ?? ""];
}
