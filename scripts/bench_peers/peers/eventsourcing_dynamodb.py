"""`eventsourcing` on DynamoDB: the application recorder of eventsourcing-dynamodb.

python -S -m bench_peers.peers.eventsourcing_dynamodb ENDPOINT TITLES
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from bench_peers.peers.eventsourcing_sqlite import RecorderStore, persistence
from bench_peers.peers.protocol import Server

TABLE = "events"
KEYS = {"originator_id": ("HASH", "S"), "originator_version": ("RANGE", "N")}


def create_table(endpoint: str) -> None:
    """Create the table that the recorder expects, if it is not there; the library has no code for it."""
    boto3: Any = importlib.import_module("boto3")
    client = boto3.client("dynamodb", endpoint_url=endpoint)
    if TABLE in client.list_tables()["TableNames"]:
        return
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": name, "KeyType": role} for name, (role, _) in KEYS.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": type} for name, (_, type) in KEYS.items()],
        BillingMode="PAY_PER_REQUEST",
    )


def make_store(endpoint: str) -> RecorderStore:
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing_dynamodb",
        "DYNAMO_TABLE": TABLE,
        "DYNAMO_ENDPOINT_URL": endpoint,
    }
    return RecorderStore(persistence.InfrastructureFactory.construct(environment).application_recorder())


if __name__ == "__main__":
    create_table(sys.argv[1])
    Server(lambda: make_store(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())).serve()
