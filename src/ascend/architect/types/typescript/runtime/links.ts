/** Questions whose lines point to entities: each page is read together with the entities that live, in one BatchGet. */

import { nameKey } from "./batch_get.js";
import { isThere, readData, type Contents } from "./contents.js";
import type { DaysOptions, Questions } from "./questions.js";
import type { Key } from "./dynamodb.js";
import type { Builds } from "./epochs.js";
import { InvalidInput, NotFound } from "./errors.js";
import type { Fields } from "./key_template.js";
import { place } from "./key_text.js";
import { JOINED, JOINED_TWICE, OF_WORKSPACE, type Page, type PageOptions } from "./pages.js";
import { both } from "./questions.js";
import type { PatternSchema } from "./schema.js";

/** A reference to an entity: its kind and its id. */
export type AnyRef = readonly [kind: string, id: string];

interface LinkData {
  readonly other: AnyRef;
}

/** A Relation, with what is at its other end. */
export interface RelationEntry<Line, Other> {
  readonly line: Line;
  readonly other: Other;
}

/** Return the living entities of these kinds that are linked with the anchor. Throws `NotFound` unless the anchor lives. */
export async function linked<T>(
  questions: Questions,
  pattern: PatternSchema,
  workspace: string,
  anchor: AnyRef,
  fields: Fields,
  kinds: readonly string[],
  options: PageOptions,
): Promise<Page<T>> {
  const page = await related<LinkData, T>(questions, pattern, workspace, anchor, fields, kinds, options);
  return { ...page, items: page.items.map((entry) => entry.other) };
}

/** Return the lines from the anchor, each with the living entity of these kinds to which it points. `fields` narrow them. */
export function related<Line extends LinkData, Other>(
  questions: Questions,
  pattern: PatternSchema,
  workspace: string,
  anchor: AnyRef,
  fields: Fields,
  kinds: readonly string[],
  options: PageOptions,
): Promise<Page<RelationEntry<Line, Other>>> {
  return questions.ask(async (builds) => {
    const page = await questions.page<Line>(builds, pattern, { workspace, at: place(anchor), ...fields }, options, JOINED);
    const others = page.items.map((line) => line.other);
    const heads = await headsBeside(questions, builds, workspace, anchor, others);
    const entries = page.items.flatMap((line) => {
      const other = kinds.includes(line.other[0]) ? heads.get<Other>(line.other) : undefined;
      return other === undefined ? [] : [{ line, other }];
    });
    return { ...page, items: entries };
  });
}

/** Return the lines of which all entities that they belong to live. */
export function onLiving<Line extends { readonly on: readonly AnyRef[] }>(
  questions: Questions,
  pattern: PatternSchema,
  workspace: string,
  fields: Fields,
  options: PageOptions,
): Promise<Page<Line>> {
  return questions.ask(async (builds) => {
    const page = await questions.page<Line>(builds, pattern, { workspace, ...fields }, options, JOINED_TWICE);
    const on = page.items.flatMap((line) => line.on);
    const heads = await readHeads(questions, builds, workspace, on);
    return { ...page, items: page.items.filter((line) => line.on.every((ref) => heads.isThere(ref))) };
  });
}

/** Return the lines on one entity. Throws `NotFound` unless it lives. */
export function linesOn<Line>(
  questions: Questions,
  pattern: PatternSchema,
  workspace: string,
  on: AnyRef,
  fields: Fields,
  options: DaysOptions,
): Promise<Page<Line>> {
  return questions.ask(async (builds) => {
    const lines = questions.page<Line>(builds, pattern, { workspace, ...fields }, options, OF_WORKSPACE);
    const [page] = await both(lines, headsBeside(questions, builds, workspace, on, []));
    return page;
  });
}

// ---- heads: the item of an entity that exists as long as the entity lives -------------------------------------------

export interface Heads {
  get<T>(ref: AnyRef): T | undefined;
  isThere(ref: AnyRef): boolean;
}

/** Return the heads of these entities. Throws `NotAllowed`. */
export async function readHeads(
  questions: Questions,
  builds: Builds,
  workspace: string,
  refs: readonly AnyRef[],
): Promise<Heads> {
  const keys = refs.map((ref) => headKey(questions, builds, workspace, ref));
  return toHeads(questions, builds, workspace, await questions.getFor(builds, workspace, keys));
}

/** Return the heads of these entities and of the anchor. Throws `NotAllowed`, and `NotFound` unless the anchor lives. */
export async function headsBeside(
  questions: Questions,
  builds: Builds,
  workspace: string,
  anchor: AnyRef,
  refs: readonly AnyRef[],
): Promise<Heads> {
  const heads = await readHeads(questions, builds, workspace, [anchor, ...refs]);
  if (!heads.isThere(anchor)) throw new NotFound(`there is no ${anchor.join(" ")}`, "NotFound");
  return heads;
}

function toHeads(questions: Questions, builds: Builds, workspace: string, contents: Contents): Heads {
  const keyOf = (ref: AnyRef): Key => headKey(questions, builds, workspace, ref);
  return {
    get: <T>(ref: AnyRef) => readData<T>(contents.get(nameKey(keyOf(ref)))),
    isThere: (ref) => isThere(contents, keyOf(ref)),
  };
}

/** Return the key of an entity's head. Throws `InvalidInput` for a kind without one. */
export function headKey(questions: Questions, builds: Builds, workspace: string, ref: AnyRef): Key {
  const head = questions.source.schema.heads[ref[0]];
  if (!head) throw new InvalidInput(`a ${ref[0]} has no item of its own`);
  return builds.key(head[0], { workspace, [head[1]]: ref[1] });
}
