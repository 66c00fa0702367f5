// Answers questions of a test with a generated client: one line of JSON in, one line of JSON out.
//
//   {"package": "/…/dist/index.js", "prefix": "test"}         first: the client to use; the environment names the endpoint
//   {"user": "ada", "ask": "tasks.tasks", "arguments": […]}   {"answer": …} or {"error": {"name", "rule", "message"}}
//   {"later": 6000}                                           the clock of this process goes ahead by so many milliseconds
//
// An argument {"$date": "…"} is a Date.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = JSON.parse((await lines.next()).value);
const { DynamoDBClient } = createRequire(first.package)("@aws-sdk/client-dynamodb");
const { AscendClient } = await import(pathToFileURL(first.package));
const client = new AscendClient(new DynamoDBClient({}), { prefix: first.prefix });

const now = performance.now.bind(performance);
let ahead = 0;
performance.now = () => now() + ahead;

async function answer({ user, ask, arguments: given, later }) {
  if (later !== undefined) {
    ahead += later;
    return null;
  }
  const [repository, method] = ask.split(".");
  return client.as(user)[repository][method](...given);
}

function revive(_, value) {
  return value !== null && typeof value === "object" && "$date" in value ? new Date(value.$date) : value;
}

for await (const line of lines) {
  let result;
  try {
    result = { answer: await answer(JSON.parse(line, revive)) };
  } catch (error) {
    result = { error: { name: error.name, rule: error.rule, message: error.message } };
  }
  console.log(JSON.stringify(result));
}
