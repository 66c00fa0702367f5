"""A gate in front of an engine: it forwards a request if the policy of its user allows it.

An independent evaluator decides (iam-simulate, in a Node process). The answer to any other request is
AccessDeniedException.

    request ─▶ user (access key) ─▶ `list_iam_requests` ─▶ evaluator ─▶ engine │ AccessDeniedException
"""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import anyio
from aiohttp import web
from anyio.streams.buffered import BufferedByteReceiveStream
from support.architect.iam_requests import IamRequest, list_iam_requests

Policy = dict[str, Any]
EVALUATE = Path(__file__).with_name("evaluate.cjs")
ACCESS_KEY = re.compile(r"Credential=(\w+)/")
LONGEST_ANSWER = 100_000
CONTENT_TYPE = "application/x-amz-json-1.0"
SOMEBODY_ELSE = "somebody"
"""The access key of whoever prepares a store for the roles. Its requests need no policy, and are not collected."""


class Evaluator:
    """Asks iam-simulate one question after another."""

    def __init__(self, process: anyio.abc.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._questions = process.stdin
        self._answers = BufferedByteReceiveStream(process.stdout)
        self._lock = anyio.Lock()

    async def evaluate(self, policy: Policy, request: IamRequest) -> str:
        """Return the evaluator's answer, as it words it."""
        question = {
            "policy": policy,
            "action": request.action,
            "resource": request.resource,
            "leading": request.leading,
        }
        async with self._lock:
            await self._questions.send(json.dumps(question).encode() + b"\n")
            return (await self._answers.receive_until(b"\n", LONGEST_ANSWER)).decode()

    async def allows(self, policy: Policy, request: IamRequest) -> bool:
        answer = await self.evaluate(policy, request)
        assert answer in {"Allowed", "ImplicitlyDenied"}, answer
        return answer == "Allowed"


@asynccontextmanager
async def open_evaluator(node: tuple[str, dict[str, str]]) -> AsyncGenerator[Evaluator]:
    program, environment = node
    async with await anyio.open_process([program, str(EVALUATE)], env=environment, stderr=None) as process:
        try:
            yield Evaluator(process)
        finally:
            process.terminate()


@dataclass
class Gate:
    """Forwards or denies requests to an engine.

    `policies` holds the policy of each access key. `used` and `denied` collect the requests since they were last cleared.
    """

    engine: str
    evaluator: Evaluator
    session: aiohttp.ClientSession
    policies: dict[str, Policy] = field(default_factory=dict[str, Policy])
    used: set[IamRequest] = field(default_factory=set[IamRequest])
    denied: set[IamRequest] = field(default_factory=set[IamRequest])
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        match = ACCESS_KEY.search(request.headers["Authorization"])
        assert match is not None
        user = match[1]
        if user == SOMEBODY_ELSE:
            return await self.forward(body, request)
        operation = request.headers["X-Amz-Target"].rpartition(".")[2]
        for needed in list_iam_requests(operation, json.loads(body)):
            if not await self.evaluator.allows(self.policies[user], needed):
                self.denied.add(needed)
                return deny(f"User {user} is not authorized to perform: {needed.action} on resource: {needed.resource}")
            self.used.add(needed)
        return await self.forward(body, request)

    async def forward(self, body: bytes, request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name not in {"Host", "Content-Length"}}
        async with self.session.post(self.engine, data=body, headers=headers) as reply:
            return web.Response(status=reply.status, body=await reply.read(), content_type=CONTENT_TYPE)


def deny(message: str) -> web.Response:
    error = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message}
    return web.Response(status=400, body=json.dumps(error).encode(), content_type=CONTENT_TYPE)


@asynccontextmanager
async def open_gate(engine: str, node: tuple[str, dict[str, str]]) -> AsyncGenerator[Gate]:
    async with open_evaluator(node) as evaluator, aiohttp.ClientSession() as session:
        gate = Gate(engine, evaluator, session)
        application = web.Application()
        application.router.add_post("/", gate.answer)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        gate.url = "http://{}:{}".format(*runner.addresses[0][:2])
        try:
            yield gate
        finally:
            await runner.cleanup()
