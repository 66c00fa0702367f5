/** Branded ids: text whose type says what it names, so that no id can be passed where another one is meant. */

import { InvalidInput } from "./errors.js";

declare const brand: unique symbol;

/** A value of type `T` that TypeScript tells apart from all others by `Name`. It exists in types only. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A function that checks text and returns it as an id. */
export type IdType<Id extends string> = (text: string) => Id;

/**
 * Return the constructor of an id: it throws `InvalidInput` for text of another form.
 *
 *     export type TaskId = Brand<string, "TaskId">;
 *     export const TaskId = makeIdType<TaskId>("TaskId", /^[0-9a-f-]{36}$/u);
 */
export function makeIdType<Id extends string>(name: string, form: RegExp): IdType<Id> {
  return (text) => {
    if (!form.test(text)) throw new InvalidInput(`not a ${name}: ${JSON.stringify(text.slice(0, 80))}`);
    return text as Id;
  };
}

/** Return a new id of this type: a UUIDv7 (RFC 9562), which carries the time at which it was made. */
export function newId<Id extends string>(type: IdType<Id>): Id {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const time = Date.now().toString(16).padStart(12, "0");
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = "89ab".charAt((bytes[0] ?? 0) >> 6);
  const parts = [time.slice(0, 8), time.slice(8), `7${random.slice(1, 4)}`, variant + random.slice(5, 8), random.slice(8)];
  return type(parts.join("-"));
}
