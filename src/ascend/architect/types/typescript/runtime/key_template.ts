/**
 * Key templates: text with named fields, such as `W#{workspace}` and `line#{task}`.
 *
 * No field may hold the separator `#`. So a rendered key can be parsed, and no value reaches into another's key.
 */

import { InvalidInput } from "./errors.js";

/** A field of a key as text that was made for keys (see key_text.ts), or a number. */
export type Field = string | number | null | undefined;
export type Fields = Readonly<Record<string, Field>>;

const FIELD = /\{(\w+)\}/g;

/** Return the text with its fields. Throws `InvalidInput` for a missing field, and for one that holds the separator. */
export function fill(template: string, fields: Fields): string {
  return template.replace(FIELD, (_, name: string) => {
    const value = fields[name];
    if (value === null || value === undefined) throw new InvalidInput(`a key ${template} needs a ${name}`);
    const text = String(value);
    if (text.includes("#")) throw new InvalidInput(`${name} cannot stand in a key ${template}: it holds '#'`);
    return text;
  });
}

/** Return the text up to the first field that is not given. Throws `InvalidInput` for a field behind a missing one. */
export function fillPrefix(template: string, fields: Fields): string {
  const places = Array.from(template.matchAll(FIELD), (match) => ({ name: match[1] ?? "", start: match.index }));
  const isGiven = (name: string): boolean => fields[name] !== null && fields[name] !== undefined;
  const missing = places.find(({ name }) => !isGiven(name));
  if (!missing) return fill(template, fields);
  const useless = places.find(({ name, start }) => start > missing.start && isGiven(name));
  if (useless) throw new InvalidInput(`${useless.name} says nothing without ${missing.name}, which comes before it`);
  return fill(template.slice(0, missing.start), fields);
}

/** Return one field of a text that was rendered from the template; undefined if it was not. */
export function parseField(template: string, text: string, name: string): string | undefined {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const pattern = escaped.replace(FIELD, (_, field: string) => (field === name ? `(?<${field}>[^#]*)` : "[^#]*"));
  return new RegExp(`^${pattern}$`, "su").exec(text)?.groups?.[name];
}
