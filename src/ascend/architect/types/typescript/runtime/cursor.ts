/** Opaque cursors. A cursor belongs to one question: it holds a checksum over the question, and is refused by any other. */

import { InvalidCursor } from "./errors.js";

export type Bookmark = readonly string[];

/** Return the cursor of a bookmark, or null at the end. */
export async function toCursor(question: string, bookmark: Bookmark | undefined): Promise<string | null> {
  if (bookmark === undefined) return null;
  const bytes = new TextEncoder().encode(JSON.stringify([await seal(question, bookmark), ...bookmark]));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Return the bookmark of a cursor. Throws `InvalidCursor` for a cursor of another question, or a changed one. */
export async function toBookmark(question: string, cursor: string | null | undefined): Promise<Bookmark | undefined> {
  if (cursor === null || cursor === undefined) return undefined;
  const [sealed, ...bookmark] = decode(cursor);
  if (sealed === undefined || sealed !== (await seal(question, bookmark))) throw refuse(cursor);
  return bookmark;
}

function decode(cursor: string): string[] {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const parts: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (Array.isArray(parts) && parts.every((part) => typeof part === "string")) return parts;
  } catch {
    // no base64, no UTF-8, or no JSON: refused below
  }
  throw refuse(cursor);
}

function refuse(cursor: string): InvalidCursor {
  const shown = JSON.stringify(String(cursor).slice(0, 80));
  return new InvalidCursor(`the cursor ${shown} does not belong to this question: start again without one`);
}

/** A checksum that detects mistakes. It needs no secret: a cursor never says which partition is read. */
async function seal(question: string, bookmark: Bookmark): Promise<string> {
  return (await sha256([question, ...bookmark].join("\u001f"))).slice(0, 12);
}

/** Return the SHA-256 of a text in hexadecimal. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
