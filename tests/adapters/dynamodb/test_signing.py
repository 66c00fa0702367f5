"""The signatures of the thin client are botocore's, byte for byte."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.wires import Credentials, sign_with_botocore

from ascend.adapters.dynamodb.signing import Envelope, Signer, read_envelope

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
URLS = (
    "http://127.0.0.1:8000/",
    "http://localhost/",
    "http://localhost:80/",
    "http://localhost:443/",
    "https://localhost:443/",
    "https://localhost:80/",
    "http://[::1]:8000/",
    "https://[fe80::1]/",
    "https://dynamodb.eu-west-1.amazonaws.com/",
    "https://123456789012.ddb.us-east-1.amazonaws.com/",
    "https://VPCE-1.DynamoDB.EU-west-1.vpce.amazonaws.com/",
)
HEADERS = {
    "X-Amz-Target": "DynamoDB_20120810.PutItem",
    "Content-Type": "application/x-amz-json-1.0",
    "User-Agent": "ascend",
}
visible = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
bodies = st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
moments = st.integers(-100_000, 100_000).map(lambda seconds: MIDNIGHT + timedelta(seconds=seconds, milliseconds=999))
regions = st.sampled_from(("us-east-1", "eu-central-1", "us-gov-west-1"))
credentials_of_a_process = st.lists(
    st.builds(Credentials, visible, visible, st.none() | visible), min_size=1, max_size=3
)


def learn(url: str, region: str = "us-east-1", **added: str) -> Envelope | None:
    """Return the envelope of a request to which headers were added after it was signed."""
    signed = sign_with_botocore(url, region, Credentials("someone", "else"), b"another", MIDNIGHT, **HEADERS)
    return read_envelope("POST", url, {**signed, **added})


requests = st.tuples(st.sampled_from(URLS), regions, st.integers(0, 2), bodies, moments)


@given(credentials_of_a_process, st.lists(requests, min_size=1, max_size=5))
def test_every_signature_is_that_of_botocore(
    known: list[Credentials], sent: list[tuple[str, str, int, bytes, datetime]]
) -> None:
    """One signer signs them all, so that a key that was kept too long shows."""
    signer = Signer()
    for url, region, number, body, now in sent:
        credentials, envelope = known[number % len(known)], learn(url, region)
        assert envelope is not None

        headers = {name.lower(): value for name, value in signer.sign(envelope, credentials, body, now).items()}

        assert headers.pop("accept-encoding") == "identity"
        assert headers == sign_with_botocore(url, region, credentials, body, now, **HEADERS)


def test_the_key_of_the_day_is_derived_once() -> None:
    envelope, signer = learn(URLS[0]), Signer()
    assert envelope is not None
    first, other = Credentials("AKIA", "secret", None), Credentials("AKIA", "renewed", "token")
    with patch("ascend.adapters.dynamodb.signing.hmac.digest", return_value=b"key") as digest:
        for credentials in (first, first, other, other):
            for seconds in (0, 1, 86_399):
                signer.sign(envelope, credentials, b"{}", MIDNIGHT + timedelta(seconds=seconds))
        signer.sign(envelope, other, b"{}", MIDNIGHT + timedelta(days=1))

    derived, signed = 3, 13
    assert digest.call_count == 4 * derived + signed


@pytest.mark.parametrize("name", ["x-amzn-trace-id", "amz-sdk-request", "amz-sdk-invocation-id", "content-length"])
def test_headers_that_are_known_leave_the_envelope_as_it_is(name: str) -> None:
    assert learn(URLS[0], **{name: "1"}) == learn(URLS[0])


@pytest.mark.parametrize("url", ["http://localhost/path", "http://localhost/?a=b", "http://user:password@localhost/"])
def test_an_unusual_address_leaves_the_request_to_aiobotocore(url: str) -> None:
    assert learn(URLS[0]) is not None
    assert learn(url) is None


@pytest.mark.parametrize("name", ["x-amz-api-version", "x-tenant", "content-encoding"])
def test_a_header_of_somebody_else_leaves_the_request_to_aiobotocore(name: str) -> None:
    signed = sign_with_botocore(URLS[0], "eu-west-1", Credentials("a", "b"), b"", MIDNIGHT, **HEADERS, **{name: "x"})

    assert learn(URLS[0], **{name: "x"}) is None
    assert read_envelope("POST", URLS[0], signed) is None


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer token",
        "AWS4-ECDSA-P256-SHA256 Credential=a/20260301/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=a/20260301/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-new, Signature=0",
    ],
)
def test_another_signature_leaves_it_to_aiobotocore(authorization: str) -> None:
    headers = sign_with_botocore(URLS[0], "us-east-1", Credentials("a", "b"), b"", MIDNIGHT, **HEADERS)
    assert read_envelope("POST", URLS[0], headers) is not None
    assert read_envelope("POST", URLS[0], {**headers, "authorization": authorization}) is None
    assert read_envelope("GET", URLS[0], headers) is None
