/** The only requests that the client sends, and the errors that it makes of those of the AWS SDK. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import { AccessDenied, AscendError, StoreError, StoreMissing, StoreUnavailable, Throttled } from "./errors.js";

/** An item, or a key, as the document client returns it: numbers, text, lists and maps instead of attribute values. */
export type Item = Record<string, unknown>;

/** The keys of an item in its table. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The client of the AWS SDK v3 that an application has, of either kind. Its owner closes it. */
export type AnyClient = DynamoDBClient | DynamoDBDocumentClient;

/** The two reads of DynamoDB, with typed errors. */
export interface Reads {
  batchGet(request: BatchGetCommandInput): Promise<BatchGetCommandOutput>;
  query(request: QueryCommandInput): Promise<QueryCommandOutput>;
}

/** Return the reads of a client. A plain client is wrapped in a document client, which marshals values. */
export function toReads(client: AnyClient): Reads {
  const sender = client instanceof DynamoDBClient ? DynamoDBDocumentClient.from(client) : client;
  return {
    batchGet: (request) => translateErrors(() => sender.send(new BatchGetCommand(request))),
    query: (request) => translateErrors(() => sender.send(new QueryCommand(request))),
  };
}

const THROTTLING = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
]);
const DENIED = new Set([
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredTokenException",
  "IncompleteSignatureException",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "UnrecognizedClientException",
]);

/** Return what the request returns. Throws an `AscendError` in place of an error of the SDK, which becomes its `cause`. */
export async function translateErrors<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw translateError(error);
  }
}

function translateError(cause: unknown): unknown {
  if (cause instanceof AscendError || !(cause instanceof Error)) return cause;
  const text = `${cause.name}: ${cause.message}`;
  if (THROTTLING.has(cause.name)) return new Throttled(`DynamoDB throttles the requests (${text})`, { cause });
  if (DENIED.has(cause.name)) return new AccessDenied(`DynamoDB refused the credentials (${text})`, { cause });
  if (cause.name === "ResourceNotFoundException") {
    return new StoreMissing(`the table or its index does not exist (${text})`, { cause });
  }
  if (cause.name === "ValidationException") return new StoreError(`DynamoDB refused the request (${text})`, { cause });
  return new StoreUnavailable(`DynamoDB gave no usable answer (${text})`, { cause });
}
