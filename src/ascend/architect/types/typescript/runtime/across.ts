/** Questions across the workspaces of a user that need more than the user's memberships. */

import { isThere, readPresent, toEntry } from "./contents.js";
import { headKey, type AnyRef } from "./links.js";
import { userKey } from "./key_text.js";
import { ACROSS, JOINED_TWICE, type Entry, type Page, type PageOptions } from "./pages.js";
import type { DaysOptions, Questions } from "./questions.js";
import type { PatternSchema } from "./schema.js";

/** Return the lines of workspaces that are not archived. */
export async function acrossOpen<T extends { readonly workspace: string }>(
  questions: Questions,
  pattern: PatternSchema,
  options: DaysOptions,
): Promise<Page<Entry<T>>> {
  const page = await questions.across<T>(pattern, {}, options);
  return { ...page, items: page.items.filter((entry) => !entry.archived) };
}

/** Return the lines that stand on an entity that lives. */
export function acrossLiving<T extends { readonly workspace: string; readonly on: AnyRef }>(
  questions: Questions,
  pattern: PatternSchema,
  options: PageOptions,
): Promise<Page<Entry<T>>> {
  const user = userKey(questions.viewer);
  return questions.ask(async (builds) => {
    const page = await questions.page<T>(builds, pattern, { user }, options, JOINED_TWICE);
    const keys = page.items.map((line) => headKey(questions, builds, line.workspace, line.on));
    const [members, contents] = await questions.membershipsAnd(builds, page.items, keys);
    const living = page.items.filter((line) => isThere(contents, headKey(questions, builds, line.workspace, line.on)));
    return { ...page, items: living.flatMap((line) => toEntry(line, members.get(line.workspace))) };
  });
}

/** Return the viewer's own lines, read again from the table: the index in which they were found may lag. */
export function ownLines<T extends { readonly workspace: string }>(
  questions: Questions,
  pattern: PatternSchema,
  options: PageOptions,
): Promise<Page<T>> {
  const user = userKey(questions.viewer);
  return questions.ask(async (builds) => {
    const page = await questions.page<T>(builds, pattern, { user }, options, ACROSS);
    const keys = page.items.map((line) => builds.key(pattern.item, { workspace: line.workspace, user }));
    const contents = await questions.get(builds, keys);
    return { ...page, items: keys.flatMap((key) => readPresent<T>(contents, key)) };
  });
}
