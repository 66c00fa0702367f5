"""A proxy of DynamoDB Local that counts requests and units, and can lose a reply. It serves any client, in any process.

    with metered(endpoint) as meter:
        …                                  clients of meter.url
        meter.write_units, meter.requests

The emulator does not check signatures, so the proxy may ask for the consumed capacity in any client's name. No figure of speed
goes through it. Statements (BatchExecuteStatement) report no units on the emulator.
"""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
NOT_PASSED_ON = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


@dataclass(slots=True)
class Meter:
    """The requests that have passed, and the units that they consumed."""

    url: str = ""
    requests: Counter[str] = field(default_factory=Counter[str])
    write_units: float = 0.0
    read_units: float = 0.0
    lost: int = 0
    """Replies that were lost."""
    losing: int = 0
    """Replies to writes that will be lost, after the write."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clear(self) -> None:
        self.requests.clear()
        self.write_units = self.read_units = 0.0
        self.lost = self.losing = 0

    def count(self, operation: str, reply: bytes) -> bool:
        """Count a request with its reply. Return False if the reply is to be lost."""
        units = sum_units(json.loads(reply or b"{}").get("ConsumedCapacity", ()))
        with self._lock:
            self.requests[operation] += 1
            self.read_units += units if operation in READS else 0
            self.write_units += units if operation in WRITES else 0
            if not self.losing or operation not in WRITES:
                return True
            self.losing -= 1
            self.lost += 1
            return False


def sum_units(consumed: Any) -> float:
    """Return the units of one table or of a list of tables."""
    tables: Sequence[Mapping[str, float]] = [consumed] if "CapacityUnits" in consumed else consumed
    return float(sum(table["CapacityUnits"] for table in tables))


@contextmanager
def metered(endpoint: str) -> Generator[Meter]:
    """Run the proxy in threads of this process for the length of the block."""
    meter = Meter()

    class Handler(_Proxy):
        counted, upstream = meter, urlsplit(endpoint)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        meter.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield meter
        finally:
            server.shutdown()
            thread.join()


class _Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    counted: Meter
    upstream: Any

    def do_POST(self) -> None:
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if operation in READS | WRITES:
            body = json.dumps(json.loads(body) | {"ReturnConsumedCapacity": "TOTAL"}).encode()
        status, headers, reply = self._ask(body)
        if not self.counted.count(operation, reply):
            self.close_connection = True
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
        with closing(http.client.HTTPConnection(self.upstream.hostname, self.upstream.port)) as connection:
            connection.request("POST", self.path, body, headers)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""
