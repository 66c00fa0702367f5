// Asks what Python asked, and puts entities again that Python wrote. Python starts it, and compares the items (test_typescript.py).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

import * as store from "../dist/index.js";

const revive = (_, value) => (value === null ? undefined : value.$date === undefined ? value : new Date(value.$date));
const given = JSON.parse(readFileSync(0, "utf8"), revive);
const client = new DynamoDBClient({ region: "us-east-1" });
const open = (repository) => new store[repository](client, given.table, () => given.now);
const members = async (_user, workspaces) => workspaces;
const show = (line) => (typeof line === "string" ? line : line.kind === undefined || line.workspace ? line.id : `${line.kind}/${line.id}`);

async function readAll(repository, method, ask) {
  const first = repository[method]({ ...ask, members, limit: 2 });
  if (first[Symbol.asyncIterator] !== undefined) return collect(first);
  let page = await first;
  if (page === undefined || page.lines === undefined) return page === undefined ? [] : [page];
  const lines = [...page.lines];
  while (page.cursor !== undefined) {
    page = await repository[method]({ ...ask, members, limit: 2, cursor: page.cursor });
    lines.push(...page.lines);
  }
  return lines;
}

async function collect(found) {
  const lines = [];
  for await (const line of found) lines.push(line);
  return lines;
}

for (const { repository, method, ask, lines } of given.asked) {
  const found = await readAll(open(repository), method, ask);
  assert.deepEqual(found.map(show), lines, method);
}

for (const { repository, ask } of given.again) {
  const entity = await open(repository).get(ask);
  await open(repository).delete(entity);
  const { version: _, ...created } = entity;
  await open(repository).create(created);
}
