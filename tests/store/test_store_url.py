"""A store URL names the place of the tables. An invalid one is refused with its mistake."""

from pathlib import Path

import pytest
from support.conformance.given import fill, item, sort_keys

from ascend.domain.errors import InvalidStoreUrl
from ascend.store_url import DynamoUrl, MemoryUrl, SqliteUrl, StoreUrl, open_tables, parse_store_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("memory://", MemoryUrl(None)),
        ("memory://shared", MemoryUrl("shared")),
        ("sqlite:///life.db", SqliteUrl(Path("life.db"))),
        ("sqlite:///data/life.db", SqliteUrl(Path("data/life.db"))),
        ("sqlite:////var/lib/life.db", SqliteUrl(Path("/var/lib/life.db"))),
        ("sqlite:///my%20life%3F.db", SqliteUrl(Path("my life?.db"))),
        ("dynamodb://life", DynamoUrl("life")),
        ("dynamodb://Life_1.prod-eu?region=eu-west-1", DynamoUrl("Life_1.prod-eu", "eu-west-1")),
        (
            "dynamodb://life?region=eu-west-1&endpoint_url=http://127.0.0.1:8000",
            DynamoUrl("life", "eu-west-1", "http://127.0.0.1:8000"),
        ),
        (
            "dynamodb://life?endpoint_url=http%3A%2F%2Flocalhost%3A8000",
            DynamoUrl("life", None, "http://localhost:8000"),
        ),
        ("dynamodb://life?wire=thin", DynamoUrl("life", thin=True)),
        ("dynamodb://life?wire=aiobotocore", DynamoUrl("life", thin=False)),
    ],
)
def test_a_valid_url_is_parsed(url: str, expected: StoreUrl) -> None:
    assert parse_store_url(url) == expected


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "there is no scheme"),
        ("life.db", "there is no scheme"),
        ("sqlite:life.db", "needs three slashes: write sqlite:///life.db"),
        ("sqlite:/life.db", "write sqlite:///life.db, or sqlite:////life.db for an absolute path"),
        ("dynamodb://life?endpoint_url=http://localhost:99999", "its host or port is not valid"),
        ("dynamodb://life?endpoint_url=http://localhost:port", "its host or port is not valid"),
        ("sqllite:///life.db", "unknown scheme 'sqllite'"),
        ("postgres://life", "unknown scheme 'postgres'"),
        ("sqlite://life.db", "write sqlite:///life.db"),
        ("sqlite://data/life.db", "write sqlite:///data/life.db"),
        ("sqlite:///", "the file's name is missing"),
        ("sqlite:///data/", "the file's name is missing"),
        ("sqlite:///life.db?mode=ro", "unknown option 'mode'; known: none"),
        ("sqlite:///life.db#1", "write %23"),
        ("memory:///path", "not a path"),
        ("memory://?x=1", "unknown option 'x'"),
        ("dynamodb://", "prefix of the tables' names is missing"),
        ("dynamodb://?region=eu-west-1", "prefix of the tables' names is missing"),
        ("dynamodb:///life", "prefix of the tables' names is missing"),
        ("dynamodb://life/more", "not a path"),
        ("dynamodb://l%20fe", "a prefix has 1 to 200"),
        ("dynamodb://lüfe", "a prefix has 1 to 200"),
        ("dynamodb://user@life", "a prefix has 1 to 200"),
        (f"dynamodb://{'x' * 201}", "a prefix has 1 to 200"),
        ("dynamodb://life?regoin=eu-west-1", "unknown option 'regoin'; known: region, endpoint_url, wire"),
        ("dynamodb://life?region=", "option 'region' is empty"),
        ("dynamodb://life?region", "options are written"),
        ("dynamodb://life?region=a&region=b", "given twice"),
        ("dynamodb://life?region=EU West", "is not a region"),
        ("dynamodb://life?endpoint_url=localhost:8000", "must begin with http"),
        ("dynamodb://life?wire=thick", "the value of wire is thin or aiobotocore"),
        ("dynamodb://[life", "not a valid URL"),
    ],
)
def test_an_invalid_url_is_refused_with_its_mistake(url: str, message: str) -> None:
    with pytest.raises(InvalidStoreUrl) as raised:
        open_tables(url)
    assert message in str(raised.value)


async def test_memory_is_private_unless_it_has_a_name() -> None:
    async with open_tables("memory://") as first, open_tables("memory://") as other:
        await fill(first, item("1"))
        assert await sort_keys(other) == []


async def test_a_named_memory_is_shared_as_long_as_it_is_open() -> None:
    async with open_tables("memory://shared") as first:
        await fill(first, item("1"))
        async with open_tables("memory://shared") as other, open_tables("memory://else") as third:
            assert await sort_keys(other) == ["1"]
            assert await sort_keys(third) == []
        assert await sort_keys(first) == ["1"]
    async with open_tables("memory://shared") as later:
        assert await sort_keys(later) == []


async def test_a_file_keeps_its_items(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_tables(f"sqlite:///{tmp_path}/life.db") as tables:
            await tables.create()
            if not await sort_keys(tables):
                await fill(tables, item("1"))
            assert await sort_keys(tables) == ["1"]


async def test_dynamodb_keeps_its_items(moto_url: str) -> None:
    async with open_tables(f"dynamodb://life?region=eu-west-1&endpoint_url={moto_url}") as tables:
        await tables.create()
        await fill(tables, item("1"))
        assert await sort_keys(tables) == ["1"]
