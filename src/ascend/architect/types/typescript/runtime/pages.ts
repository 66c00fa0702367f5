/** Pages of answers, and the options with which they are asked for. */

import { InvalidInput } from "./errors.js";

/** One page of an answer. */
export interface Page<T> {
  /** The lines. A page may be empty although more follow: go by the cursor. */
  readonly items: readonly T[];
  /** Pass it to the same question to get the next page; null at the end. */
  readonly cursor: string | null;
  /** True if the page was read consistently; false for a page of an index, which may lag by some milliseconds. */
  readonly consistent: boolean;
}

/** A line of an answer across workspaces, with the name of its workspace. */
export interface Entry<T> {
  /** The line as it is stored. */
  readonly line: T;
  /** The name of the line's workspace. */
  readonly workspaceName: string;
  /** True if the workspace is archived. */
  readonly archived: boolean;
}

export interface PageOptions {
  /** The most lines of the page. */
  readonly limit?: number | undefined;
  /** The cursor of the page before; without it, the first page. */
  readonly cursor?: string | null | undefined;
}

/** The lines of a page if the caller does not say, and at most. */
export interface Limits {
  readonly usual: number;
  readonly most: number;
}

/** Pages of one workspace. */
export const OF_WORKSPACE: Limits = { usual: 100, most: 1_000 };
/** Pages whose lines are read together with other items: one BatchGet reads them all. */
export const JOINED: Limits = { usual: 48, most: 200 };
/** Pages across workspaces: one BatchGet reads as many memberships, and the epochs. */
export const ACROSS: Limits = { usual: 99, most: 99 };
/** Pages whose lines need up to two other items each. */
export const JOINED_TWICE: Limits = { usual: 48, most: 48 };
/** Commits a page of a history. */
export const COMMITS: Limits = { usual: 100, most: 100 };

/** Return the limit of a page. Throws `InvalidInput` for one that is too small or too large. */
export function checkLimit(options: PageOptions, limits: Limits): number {
  const limit = options.limit ?? limits.usual;
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.most) {
    throw new InvalidInput(`limit is a whole number from 1 to ${limits.most}, not ${limit}`);
  }
  return limit;
}

/**
 * Yield the lines of all pages.
 *
 *     for await (const line of allItems((cursor) => me.tasks.tasks({ workspace }, { cursor }))) …
 */
export async function* allItems<T>(ask: (cursor: string | null) => Promise<Page<T>>): AsyncGenerator<T, void, undefined> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await ask(cursor);
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== null);
}
