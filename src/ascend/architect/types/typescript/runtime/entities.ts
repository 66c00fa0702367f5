/** Questions about one entity that read several items. */

import { nameKey } from "./batch_get.js";
import { found, isThere, readPresent } from "./contents.js";
import { NotFound, NotVisibleYet } from "./errors.js";
import { pathText } from "./key_text.js";
import { headKey, readHeads, type AnyRef } from "./links.js";
import { OF_WORKSPACE, type Page, type PageOptions } from "./pages.js";
import type { Questions } from "./questions.js";
import type { ItemSchema, PatternSchema } from "./schema.js";

/** An entity, with the entities above it, the root first. */
export interface WithAncestors<Card, Node> {
  readonly card: Card;
  readonly ancestors: readonly Node[];
}

/** The card of a workspace, with its counts. */
export interface WithCounts<Card> {
  readonly card: Card;
  /** The number of read items, by the name under which they count (`tasks.open`, …). */
  readonly counts: Readonly<Record<string, number>>;
}

interface PathData {
  readonly path: readonly string[];
}

/** Attempts to read an entity with its ancestors: it may move, or be deleted, between its read and theirs. */
const PATH_READS = 2;

/** Return a card of a workspace with its counts. Throws `NotFound` while it is written for the first time, or removed. */
export function withCounts<Card>(questions: Questions, item: ItemSchema, workspace: string): Promise<WithCounts<Card>> {
  return questions.ask(async (builds) => {
    const [key, record] = [builds.key(item, { workspace }), await builds.recordKey(workspace)];
    const contents = await questions.getFor(builds, workspace, [key, record]);
    const counts = (contents.get(nameKey(record))?.["counts"] ?? {}) as Readonly<Record<string, number>>;
    return { card: found<Card>(contents, key, `workspace ${workspace}`), counts };
  });
}

/** Return an entity's card with its ancestors. Throws `NotVisibleYet` while one of them is being written. */
export async function withAncestors<Card, Node extends PathData>(
  questions: Questions,
  item: ItemSchema,
  workspace: string,
  ref: AnyRef,
): Promise<WithAncestors<Card, Node>> {
  for (let read = 0; read < PATH_READS; read++) {
    const view = await readWithAncestors<Card, Node>(questions, item, workspace, ref);
    if (view) return view;
  }
  throw new NotVisibleYet(`${ref.join(" ")} in workspace ${workspace}: an entity above it is being written, ask again`);
}

function readWithAncestors<Card, Node extends PathData>(
  questions: Questions,
  item: ItemSchema,
  workspace: string,
  ref: AnyRef,
): Promise<WithAncestors<Card, Node> | undefined> {
  const [kind, id] = ref;
  return questions.ask(async (builds) => {
    const [head, key] = [headKey(questions, builds, workspace, ref), builds.key(item, { workspace, [kind]: id })];
    const contents = await questions.getFor(builds, workspace, [head, key]);
    const { path } = found<Node>(contents, head, ref.join(" "));
    const card = found<Card>(contents, key, ref.join(" "));
    const above = path.slice(0, -1).map((ancestor) => headKey(questions, builds, workspace, [kind, ancestor]));
    const nodes = above.length > 0 ? await questions.get(builds, above) : contents;
    const ancestors = above.flatMap((place) => readPresent<Node>(nodes, place));
    return ancestors.length < above.length ? undefined : { card, ancestors };
  });
}

/** Return an entity and all entities below it, each after its parent; without `root`, all of the workspace. */
export function subtree<Node extends PathData>(
  questions: Questions,
  pattern: PatternSchema,
  workspace: string,
  root: AnyRef | undefined,
  options: PageOptions,
): Promise<Page<Node>> {
  return questions.ask(async (builds) => {
    const heads = await readHeads(questions, builds, workspace, root ? [root] : []);
    const top = root && heads.get<PathData>(root);
    if (root && !top) throw new NotFound(`there is no ${root.join(" ")}`, "NotFound");
    const fields = { workspace, path_text: top ? pathText(top.path) : undefined };
    const limited = { ...options, limit: options.limit ?? OF_WORKSPACE.most };
    return questions.page<Node>(builds, pattern, fields, limited, OF_WORKSPACE);
  });
}

/** Return an entity's item, as long as the entity on which it stands lives. */
export function oneOn<Line>(
  questions: Questions,
  item: ItemSchema,
  workspace: string,
  ref: AnyRef,
  on: (line: Line) => AnyRef,
): Promise<Line> {
  const [kind, id] = ref;
  return questions.ask(async (builds) => {
    const key = builds.key(item, { workspace, [kind]: id });
    const line = found<Line>(await questions.getFor(builds, workspace, [key]), key, ref.join(" "));
    const head = headKey(questions, builds, workspace, on(line));
    if (!isThere(await questions.get(builds, [head]), head)) throw new NotFound(`there is no ${ref.join(" ")}`, "NotFound");
    return line;
  });
}

/** Return the entities that a card names, as long as they live, in the order in which it names them. */
export function named<Card, Head>(
  questions: Questions,
  item: ItemSchema,
  workspace: string,
  ref: AnyRef,
  names: (card: Card) => readonly AnyRef[],
): Promise<Head[]> {
  const [kind, id] = ref;
  return questions.ask(async (builds) => {
    const key = builds.key(item, { workspace, [kind]: id });
    const card = found<Card>(await questions.getFor(builds, workspace, [key]), key, ref.join(" "));
    const keys = names(card).map((other) => headKey(questions, builds, workspace, other));
    const contents = await questions.get(builds, keys);
    return keys.flatMap((place) => readPresent<Head>(contents, place));
  });
}
