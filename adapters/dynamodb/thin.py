"""Sends the requests of items with less than half of aiobotocore's work: it signs them itself and reads only good replies.

    call ──▶ envelope known? ──▶ encode, sign, deliver ──▶ status 200, checksum right, a JSON object ──▶ reply
               │ no                                         │ anything else
               └──▶ aiobotocore sends the call              └──▶ aiobotocore makes the call, and this answer (an error, a
                    and shows the envelope                       damaged reply, no reply) is that of its first attempt

So everything but plain success is decided in one place, aiobotocore's: retries and their quota, waits, errors, what is
unusual about endpoint or signature. The first call of each operation shows how it addresses and signs requests.

A success adds to the quota of retries. aiobotocore counts its own; those of the thin client are told to it as long as the
quota may not be full: up to its capacity, after the last request that aiobotocore sent.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from botocore.exceptions import BotoCoreError
from botocore.handlers import add_recursion_detection_header

from ascend.adapters.dynamodb.connections import Answer, SharedConnections, ThinRequest
from ascend.adapters.dynamodb.parser import decode_reply, is_intact
from ascend.adapters.dynamodb.signing import Envelope, Signer

Request = dict[str, Any]
Reply = dict[str, Any]


class ThinClient:
    """Stands in front of a client of aiobotocore, and has all its operations.

    The replies to the six operations below have no `ResponseMetadata`; their binary values are base64 text.
    `find_credentials` returns the credentials of the client's session, `now` the time in UTC.
    """

    def __init__(
        self,
        client: Any,
        connections: SharedConnections,
        find_credentials: Callable[[], Awaitable[Any]],
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._connections = connections
        self._find_credentials = find_credentials
        self._now = now
        self._signer = Signer()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def get_item(self, **request: Any) -> Reply:
        return await self._call("GetItem", self._client.get_item, request)

    async def batch_get_item(self, **request: Any) -> Reply:
        return await self._call("BatchGetItem", self._client.batch_get_item, request)

    async def query(self, **request: Any) -> Reply:
        return await self._call("Query", self._client.query, request)

    async def put_item(self, **request: Any) -> Reply:
        return await self._call("PutItem", self._client.put_item, request)

    async def delete_item(self, **request: Any) -> Reply:
        return await self._call("DeleteItem", self._client.delete_item, request)

    async def batch_execute_statement(self, **request: Any) -> Reply:
        return await self._call("BatchExecuteStatement", self._client.batch_execute_statement, request)

    async def _call(self, operation: str, call: Callable[..., Awaitable[Reply]], request: Request) -> Reply:
        envelope = self._connections.envelopes.get(operation)
        body = None if envelope is None else _encode(request)
        if envelope is None or body is None:
            return await call(**request)
        answer = await self._ask(envelope, body)
        if (reply := await _read_success(answer)) is None:
            with self._connections.answer_first(operation, answer):
                return await call(**request)
        if self._connections.refills:
            await self._refill_quota(operation, answer, reply)
        return reply

    async def _ask(self, envelope: Envelope, body: bytes) -> Answer:
        """Raises: the errors of credentials that cannot be refreshed."""
        credentials = await self._find_credentials()
        headers = self._signer.sign(envelope, await credentials.get_frozen_credentials(), body, self._now())
        add_recursion_detection_header({"headers": headers})  # the trace in AWS Lambda
        try:
            return await self._connections.deliver(ThinRequest(envelope.url, envelope.host, headers, body))
        except BotoCoreError as error:
            return error

    async def _refill_quota(self, operation: str, answer: Any, reply: Reply) -> None:
        self._connections.refills -= 1
        model, events = self._client.meta.service_model.operation_model(operation), self._client.meta.events
        name = f"after-call.{model.service_model.service_id.hyphenize()}.{operation}"
        await events.emit(name, http_response=answer, parsed=reply, model=model, context={})


def _encode(request: Request) -> bytes | None:
    """Return the request as JSON. None: it holds something that only aiobotocore can judge."""
    try:
        return orjson.dumps(request, default=_encode_binary)
    except TypeError:  # such as half of a surrogate pair
        return None


def _encode_binary(value: object) -> str:
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return b64encode(value).decode()


async def _read_success(answer: Answer) -> Reply | None:
    """Return the reply if it tells of success and arrived as it was sent."""
    if isinstance(answer, BotoCoreError) or answer.status_code != HTTPStatus.OK:
        return None
    body = await answer.content
    if not is_intact(answer.headers, body):
        return None
    try:
        return decode_reply(body)
    except (TypeError, ValueError):
        return None
