// event-store-adapter-js on DynamoDB. It takes one event a call, in a transaction with the version of the stream's snapshot.
//
// NODE_PATH=…/node_modules node event_store_adapter.cjs ENDPOINT TITLES

const fs = require("node:fs");
const { randomUUID } = require("node:crypto");
const { CreateTableCommand, DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { EventStoreFactory } = require("event-store-adapter-js");
const { serve } = require("./protocol.cjs");

const SHARDS = 32;
const [endpoint, file] = process.argv.slice(2);
const client = new DynamoDBClient({ endpoint });

class StreamId {
  typeName = "Task";
  constructor(value) {
    this.value = value;
  }
  asString() {
    return `${this.typeName}-${this.value}`;
  }
}

class Stream {
  typeName = "Task";
  constructor(id, sequenceNumber, version) {
    Object.assign(this, { id, sequenceNumber, version });
  }
  withVersion(version) {
    return new Stream(this.id, this.sequenceNumber, version);
  }
  updateVersion(change) {
    return this.withVersion(change(this.version));
  }
}

const makeEvent = (stream, sequenceNumber, title) => ({
  typeName: "TaskCreated",
  id: randomUUID(),
  aggregateId: new StreamId(stream),
  sequenceNumber,
  occurredAt: new Date(),
  isCreated: sequenceNumber === 1,
  title,
});

const events = EventStoreFactory.ofDynamoDB(
  client,
  "journal",
  "snapshot",
  "journal-aid",
  "snapshot-aid",
  SHARDS,
  ({ data }) => data,
  ({ data }) => new Stream(new StreamId(data.id.value), data.sequenceNumber, data.version),
);

const store = {
  append: (stream, version, title) => {
    const event = makeEvent(stream, version, title);
    if (event.isCreated) return events.persistEventAndSnapshot(event, new Stream(event.aggregateId, 1, 1));
    return events.persistEvent(event, version - 1);
  },
  appendThree: async (stream, call, titles) => {
    for (const [number, title] of titles.entries()) await store.append(stream, 3 * call + number + 1, title);
  },
  fill: async (stream, titles) => {
    for (const [number, title] of titles.entries()) await store.append(stream, number + 1, title);
  },
  read: async (stream) =>
    (await events.getEventsByIdSinceSequenceNumber(new StreamId(stream), 1)).map((event) => event.title),
  act: async (stream, title) => {
    const snapshot = await events.getLatestSnapshotById(new StreamId(stream));
    const since = (snapshot?.sequenceNumber ?? 0) + 1;
    const later = await events.getEventsByIdSinceSequenceNumber(new StreamId(stream), since);
    const last = later.at(-1)?.sequenceNumber ?? snapshot?.sequenceNumber ?? 0;
    const event = makeEvent(stream, last + 1, title);
    if (event.isCreated) await events.persistEventAndSnapshot(event, new Stream(event.aggregateId, 1, 1));
    else await events.persistEvent(event, snapshot.version);
  },
};

async function createTable(name) {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [
        { AttributeName: "pkey", AttributeType: "S" },
        { AttributeName: "skey", AttributeType: "S" },
        { AttributeName: "aid", AttributeType: "S" },
        { AttributeName: "seq_nr", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "pkey", KeyType: "HASH" },
        { AttributeName: "skey", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: `${name}-aid`,
          KeySchema: [
            { AttributeName: "aid", KeyType: "HASH" },
            { AttributeName: "seq_nr", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
}

Promise.all(["journal", "snapshot"].map(createTable))
  .catch((error) => {
    if (error.name !== "ResourceInUseException") throw error; // another process has created them
  })
  .then(() => serve(store, JSON.parse(fs.readFileSync(file))));
