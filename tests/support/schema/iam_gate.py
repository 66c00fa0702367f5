"""A gate in front of an engine: lets through what the policy of the asking user allows, as an evaluator that is not
ours decides (iam-simulate, in a Node process), and answers AccessDeniedException else.

    request ─▶ who asks (access key) ─▶ what for (`asked`) ─▶ evaluator ─▶ engine │ AccessDeniedException
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
from support.schema.iam_requests import Asked, asked

Policy = dict[str, Any]
EVALUATE = Path(__file__).with_name("evaluate.cjs")
WHO = re.compile(r"Credential=(\w+)/")
LONGEST = 100_000


class Evaluator:
    """iam-simulate, one question after another."""

    def __init__(self, process: anyio.abc.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._questions = process.stdin
        self._answers = BufferedByteReceiveStream(process.stdout)
        self._one = anyio.Lock()

    async def says(self, policy: Policy, one: Asked) -> str:
        question = {"policy": policy, "action": one.action, "resource": one.resource, "leading": one.leading}
        async with self._one:
            await self._questions.send(json.dumps(question).encode() + b"\n")
            return (await self._answers.receive_until(b"\n", LONGEST)).decode()

    async def allows(self, policy: Policy, one: Asked) -> bool:
        said = await self.says(policy, one)
        assert said in {"Allowed", "ImplicitlyDenied"}, said
        return said == "Allowed"


@asynccontextmanager
async def evaluator(node: tuple[str, dict[str, str]]) -> AsyncGenerator[Evaluator]:
    program, environment = node
    async with await anyio.open_process([program, str(EVALUATE)], env=environment, stderr=None) as process:
        try:
            yield Evaluator(process)
        finally:
            process.terminate()


@dataclass
class Gate:
    """`policies` by access key. `used` and `denied` are what was asked since they were last emptied."""

    engine: str
    evaluator: Evaluator
    session: aiohttp.ClientSession
    policies: dict[str, Policy] = field(default_factory=dict[str, Policy])
    used: set[Asked] = field(default_factory=set[Asked])
    denied: set[Asked] = field(default_factory=set[Asked])
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        who = WHO.search(request.headers["Authorization"])
        assert who is not None
        operation = request.headers["X-Amz-Target"].rpartition(".")[2]
        for one in asked(operation, json.loads(body)):
            if not await self.evaluator.allows(self.policies[who[1]], one):
                self.denied.add(one)
                return refused(f"User {who[1]} is not authorized to perform: {one.action} on resource: {one.resource}")
            self.used.add(one)
        passed = {name: value for name, value in request.headers.items() if name not in {"Host", "Content-Length"}}
        async with self.session.post(self.engine, data=body, headers=passed) as reply:
            return web.Response(status=reply.status, body=await reply.read(), content_type="application/x-amz-json-1.0")


def refused(message: str) -> web.Response:
    said = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message}
    return web.Response(status=400, body=json.dumps(said).encode(), content_type="application/x-amz-json-1.0")


@asynccontextmanager
async def gate_before(engine: str, node: tuple[str, dict[str, str]]) -> AsyncGenerator[Gate]:
    async with evaluator(node) as answers, aiohttp.ClientSession() as session:
        gate = Gate(engine, answers, session)
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
