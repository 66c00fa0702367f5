"""A secret in a URL is never shown: not in errors, nor in their cause, nor in a repr, nor in the command line's output."""

import traceback
from urllib.parse import quote

import pytest
from botocore.exceptions import EndpointConnectionError

import ascend
from ascend.adapters.dynamodb.errors import translate_errors
from ascend.adapters.url_text import describe_url, hide_secrets
from ascend.cli.context import GlobalOptions
from ascend.store_url import open_tables, parse_store_url

ENDPOINT = "http://key:s3cret@127.0.0.1:1/?token=s3cret"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("memory://name", "memory://name"),
        ("sqlite:////home/me@work/life.db", "sqlite:////home/me@work/life.db"),
        ("sqlite:///life.db?mode=ro", "sqlite:///life.db?mode=***"),
        ("sqlite://me:s3cret@host/life.db", "sqlite://***@host/life.db"),
        ("postgres://me:s3cr/et@host/life", "postgres://***@host/life"),
        ("me:s3cret@host", "***@host"),
        ("dynamodb://me:s3cret@life?region=eu-west-1", "dynamodb://***@life?region=eu-west-1"),
        ("dynamodb://life?secret_access_key=s3cret&region=", "dynamodb://life?secret_access_key=***&region="),
        ("dynamodb://life?s3cret", "dynamodb://life?***"),
        (
            f"dynamodb://life?region=eu-west-1&endpoint_url={ENDPOINT}",
            "dynamodb://life?region=eu-west-1&endpoint_url=http://***@127.0.0.1:1/?token=***",
        ),
        (
            f"dynamodb://life?endpoint_url={quote(ENDPOINT, safe='')}",
            "dynamodb://life?endpoint_url=http://***@127.0.0.1:1/?token=***",
        ),
        ("dynamodb://life?endpoint_url=http://key:s3&cret@host", "dynamodb://life?***"),
        ("dynamodb://me:s3cret%40life", "dynamodb://***@life"),
        ("dynamodb://me:s3cret", "dynamodb://me:***"),
        ("dynamodb://me:s3?cret@life", "dynamodb://me:***?***"),
        ("dynamodb://me:s3#cret@life", "dynamodb://***@life"),
        ("dynamodb://life?region=eu-west-1#s3cret", "dynamodb://life?region=***"),
        ("dynamodb://life:8000/x", "dynamodb://life:8000/x"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000/path", "http://[::1]:8000/path"),
        ("http://key:s3cr/et@host:8000#s3cret", "http://***@host:8000#***"),
        ("http://key:s3cret/", "http://key:***/"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert describe_url(url) == shown


def test_an_address_in_a_message_is_shown_without_its_secrets() -> None:
    message = f'Could not connect to the endpoint URL: "{ENDPOINT}", try http://localhost:8000'
    assert hide_secrets(message) == (
        'Could not connect to the endpoint URL: "http://***@127.0.0.1:1/?token=***", try http://localhost:8000'
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgres://me:s3cret@host/life",
        "me:s3cret@host",
        "dynamodb://me:s3cret@life",
        "dynamodb://me:s3cret",
        "dynamodb://me:s3cret%40life",
        "dynamodb://life?region=me:s3cret",
        "dynamodb://life?region=eu-west-1#s3cret",
        "dynamodb://life/s?secret=s3cret",
        "dynamodb://life?secret=s3cret",
        "dynamodb://life?region=a&region=b&endpoint_url=http://key:s3cret@host",
        "dynamodb://life?endpoint_url=ftp://key:s3cret@host",
        "dynamodb://life?endpoint_url=http://key:s3cr/s3cret@host",
        "dynamodb://life?endpoint_url=http://key:s3cret/",
        "dynamodb://life?endpoint_url=http://key:s3cret@host#part",
        "dynamodb://life?endpoint_url=http://key:s3cret@host:port",
        "dynamodb://key:s3cret@[life",
        "sqlite://me:s3cret@host/life.db",
        "sqlite:///life.db?key=s3cret",
        "memory://life/x?key=s3cret",
    ],
)
def test_the_error_of_a_wrong_url_holds_no_secret(url: str) -> None:
    with pytest.raises(ascend.InvalidStoreUrl) as caught:
        open_tables(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


def test_neither_the_parsed_url_nor_the_place_that_is_printed_shows_a_secret() -> None:
    url = f"dynamodb://life?endpoint_url={ENDPOINT}"
    assert "s3cret" not in repr(parse_store_url(url)) + GlobalOptions(store=url).place


def test_an_error_of_the_client_is_translated_without_secrets() -> None:
    with pytest.raises(ascend.StoreUnavailable, match="127") as caught, translate_errors("table life-events"):
        raise EndpointConnectionError(endpoint_url=ENDPOINT, error="refused")
    assert "s3cret" not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


async def test_a_store_that_gives_no_answer_is_named_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    url = "dynamodb://life?region=eu-west-1&endpoint_url=http://key:s3cret@127.0.0.1:1"
    with pytest.raises(ascend.StoreError) as caught:
        async with ascend.open_store(url):
            pass
    assert "s3cret" not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "127.0.0.1:1" in str(caught.value)
