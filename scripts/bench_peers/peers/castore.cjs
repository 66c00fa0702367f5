// Castore on DynamoDB: its event store, its single-table adapter and its commands.
//
// NODE_PATH=…/node_modules node castore.cjs ENDPOINT TITLES

const fs = require("node:fs");
const { CreateTableCommand, DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { Command, EventStore, EventType, tuple } = require("@castore/core");
const { DynamoDBSingleTableEventStorageAdapter } = require("@castore/event-storage-adapter-dynamodb");
const { serve } = require("./protocol.cjs");

const AT_ONCE = 16;
const [endpoint, file] = process.argv.slice(2);
const dynamoDBClient = new DynamoDBClient({ endpoint });
const tasks = new EventStore({
  eventStoreId: "TASKS",
  eventTypes: [new EventType({ type: "TASK_CREATED" })],
  reducer: (aggregate, event) => ({ aggregateId: event.aggregateId, version: event.version }),
  eventStorageAdapter: new DynamoDBSingleTableEventStorageAdapter({ tableName: "events", dynamoDBClient }),
});

const makeEvent = (aggregateId, version, title) => ({
  aggregateId,
  version,
  type: "TASK_CREATED",
  payload: { title },
});

// The library's command: it runs the handler again after EventAlreadyExists, twice unless it is told otherwise.
const createTask = new Command({
  commandId: "CREATE_TASK",
  requiredEventStores: tuple(tasks),
  handler: async ({ stream, title }, [store]) => {
    const { aggregate } = await store.getAggregate(stream);
    await store.pushEvent(makeEvent(stream, (aggregate?.version ?? 0) + 1, title));
  },
});

const store = {
  append: (stream, version, title) => tasks.pushEvent(makeEvent(stream, version, title)),
  appendThree: (stream, call, titles) =>
    EventStore.pushEventGroup(
      ...titles.map((title, number) => tasks.groupEvent(makeEvent(stream, 3 * call + number + 1, title))),
    ),
  fill: async (stream, titles) => {
    const remaining = titles.entries();
    const append = async () => {
      for (const [number, title] of remaining) await store.append(stream, number + 1, title);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, append));
  },
  read: async (stream) => (await tasks.getEvents(stream)).events.map((event) => event.payload.title),
  act: (stream, title) => createTask.handler({ stream, title }, [tasks]),
};

async function createTable() {
  await dynamoDBClient.send(
    new CreateTableCommand({
      TableName: "events",
      AttributeDefinitions: [
        { AttributeName: "aggregateId", AttributeType: "S" },
        { AttributeName: "version", AttributeType: "N" },
        { AttributeName: "eventStoreId", AttributeType: "S" },
        { AttributeName: "timestamp", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "aggregateId", KeyType: "HASH" },
        { AttributeName: "version", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "initialEvents",
          KeySchema: [
            { AttributeName: "eventStoreId", KeyType: "HASH" },
            { AttributeName: "timestamp", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
}

createTable()
  .catch((error) => {
    if (error.name !== "ResourceInUseException") throw error; // another process has created it
  })
  .then(() => serve(store, JSON.parse(fs.readFileSync(file))));
