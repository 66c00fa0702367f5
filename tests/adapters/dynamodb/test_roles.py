"""A store opens with the credentials of a role, which AWS STS gives out."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from blockbuster import BlockBuster
from support.conformance.given import PK
from support.conformance.stub_dynamodb import Reply, stub_dynamodb

from ascend.adapters.dynamodb.loader import make_loader
from ascend.adapters.dynamodb.tables import open_dynamodb
from ascend.adapters.table.item import Key, Table

ROLE = "arn:aws:iam::123456789012:role/worker"
REPLY = """<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
<AssumedRoleUser><Arn>{role}/s</Arn><AssumedRoleId>id:s</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>AKIAROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>token of the role</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
</{action}Result></{action}Response>"""


@pytest.fixture
async def roles(aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Start a stub of STS, the only source of credentials. Return the actions that were called, with their role."""
    called: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        call = parse_qs(await request.text())
        called.append(f"{call['Action'][0]} {call['RoleArn'][0]}")
        return web.Response(text=REPLY.format(action=call["Action"][0], role=ROLE), content_type="text/xml")

    application = web.Application()
    application.router.add_post("/", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://{}:{}".format(*runner.addresses[0][:2]))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    yield called
    await runner.cleanup()


@pytest.fixture(autouse=True)
def a_process_of_its_own(monkeypatch: pytest.MonkeyPatch, blocking_detector: BlockBuster) -> None:
    """Load the models anew. The client reads the configuration, and STS's model, where it first needs credentials."""
    monkeypatch.setattr("ascend.adapters.dynamodb.client._create_loader", make_loader)
    for function in blocking_detector.functions.values():
        function.can_block_in("aiobotocore/credentials.py", {"load_credentials", "_get_credentials"})


async def read_token() -> str:
    """Open a store, read an item, and return the session token of its request."""
    async with stub_dynamodb(Reply()) as stub, open_dynamodb("test", endpoint_url=stub.url) as tables:
        await tables.get(Table.VIEWS, Key(PK, "1"))
        return stub.raw[0][0]["X-Amz-Security-Token"]


async def test_the_role_of_a_profile(roles: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text(
        f"[default]\nrole_arn = {ROLE}\nsource_profile = base\n"
        "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))

    assert await read_token() == "token of the role"
    assert roles == [f"AssumeRole {ROLE}"]


async def test_the_role_of_a_web_identity(roles: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("identity")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)

    assert await read_token() == "token of the role"
    assert roles == [f"AssumeRoleWithWebIdentity {ROLE}"]
