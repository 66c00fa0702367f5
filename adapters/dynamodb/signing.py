"""Signs requests by AWS Signature Version 4, byte for byte as botocore does, with the key of the day kept.

a request that aiobotocore sent ──▶ `read_envelope` ──▶ Envelope: what all requests of this operation share
envelope + credentials + body + time ──▶ `Signer.sign` ──▶ the headers of a request
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urlsplit

_SIGNED = ("content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target")
_OTHERS = (
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-length",
    "user-agent",
    "x-amzn-trace-id",
)
_KNOWN = frozenset({*_SIGNED, *_OTHERS})
_SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), ")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class FrozenCredentials(Protocol):
    """Credentials at one moment."""

    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request to one operation without its body, its date and its credentials."""

    url: str
    host: str
    region: str
    service: str
    target: str
    content_type: str
    user_agent: str


def read_envelope(method: str, url: str, headers: Mapping[str, str]) -> Envelope | None:
    """Return the envelope of a request that aiobotocore has signed. `headers` has names in small letters.

    None: something about the request is unusual (another signature, a path, more headers), so only aiobotocore can send it.
    """
    parts = urlsplit(url)
    scope = _SCOPE.match(headers.get("authorization", ""))
    is_plain = method == "POST" and parts.path == "/" and not (parts.query or parts.fragment or "@" in parts.netloc)
    if scope is None or not is_plain or not headers.keys() <= _KNOWN:
        return None
    region, service, signed = scope.groups()
    if not {*_SIGNED} >= {*signed.split(";")} or not headers.keys() >= {"x-amz-target", "content-type", "user-agent"}:
        return None
    target, content_type, user_agent = headers["x-amz-target"], headers["content-type"], headers["user-agent"]
    return Envelope(url, _read_host(url), region, service, target, content_type, user_agent)


class Signer:
    """Signs requests, and keeps the key that it derived last: it is good for a day of one pair of credentials."""

    def __init__(self) -> None:
        self._derived_from: tuple[str, str, str, str, str] | None = None
        self._key = b""

    def sign(self, envelope: Envelope, credentials: FrozenCredentials, body: bytes, now: datetime) -> dict[str, str]:
        """Return the headers of a request. `now` is in UTC."""
        stamp, token = now.strftime("%Y%m%dT%H%M%SZ"), credentials.token
        token_line = f"x-amz-security-token:{' '.join(token.split())}\n" if token else ""
        names = f"content-type;host;x-amz-date;{'x-amz-security-token;' if token else ''}x-amz-target"
        canonical = (
            f"POST\n/\n\ncontent-type:{envelope.content_type}\nhost:{envelope.host}\nx-amz-date:{stamp}\n{token_line}"
            f"x-amz-target:{envelope.target}\n\n{names}\n{sha256(body).hexdigest()}"
        )
        scope = f"{stamp[:8]}/{envelope.region}/{envelope.service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = self._find_key(credentials, stamp[:8], envelope.region, envelope.service)
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        headers: dict[str, str] = {
            "X-Amz-Target": envelope.target,
            "Content-Type": envelope.content_type,
            "Accept-Encoding": "identity",
            "User-Agent": envelope.user_agent,
            "X-Amz-Date": stamp,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}",
        }
        if token:
            headers["X-Amz-Security-Token"] = token
        return headers

    def _find_key(self, credentials: FrozenCredentials, date: str, region: str, service: str) -> bytes:
        derived_from = (credentials.access_key, credentials.secret_key, date, region, service)
        if self._derived_from != derived_from:
            self._key = f"AWS4{credentials.secret_key}".encode()
            for part in (date, region, service, "aws4_request"):
                self._key = hmac.digest(self._key, part.encode(), "sha256")
            self._derived_from = derived_from
        return self._key


def _read_host(url: str) -> str:
    """Return the host as it is signed: in small letters, and with its port unless that is the scheme's own."""
    parts = urlsplit(url)
    name: Any = parts.hostname
    host = f"[{name}]" if ":" in name else str(name)
    return host if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"
