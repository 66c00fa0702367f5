"""Translates the client's errors into Ascend's: with the table, the endpoint and the next step."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import aiohttp
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from ascend.adapters.url_text import hide_secrets
from ascend.domain.errors import (
    AccessDenied,
    InvalidStoreUrl,
    LimitExceeded,
    StoreError,
    StoreMismatch,
    StoreMissing,
    StoreUnavailable,
)

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "ReplicatedWriteConflictException",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "KMSAccessDeniedException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.ProfileNotFound,
    boto.NoAuthTokenError,
)
_NO_ANSWER = (
    boto.ConnectionError,
    boto.HTTPClientError,
    boto.IncompleteReadError,
    ResponseParserError,
    aiohttp.ClientError,
    OSError,
)
_FAILED = frozenset({"InternalServerError", "ServiceUnavailable", "RequestTimeout", "RequestTimeoutException"})
_SERVER_ERROR = 500


@contextmanager
def translate_errors(where: str) -> Generator[None, None, None]:
    """Raise Ascend's errors instead of the client's. `where` names the table and the endpoint.

    The client's error is the cause, unless its text holds a secret of the endpoint.
    """
    try:
        yield
    except (boto.ClientError, boto.BotoCoreError, *_NO_ANSWER) as error:
        has_secret = hide_secrets(str(error)) != str(error)
        raise translate_error(error, where) from (None if has_secret else error)


def translate_error(error: Exception, where: str) -> StoreError | LimitExceeded:
    """Return Ascend's error for an error of the client."""
    text = hide_secrets(str(error)) or type(error).__name__
    match error:
        case boto.ClientError():
            return translate_client_error(error, where)
        case _ if isinstance(error, _NO_CREDENTIALS):
            return AccessDenied(f"{where}: {text}; check the AWS credentials or profile of this process")
        case boto.NoRegionError() | boto.InvalidRegionError():
            return InvalidStoreUrl("no valid region: add ?region=… or set AWS_REGION")
        case _ if isinstance(error, _NO_ANSWER):
            return StoreUnavailable(f"{where}: {text}; check endpoint and network")
        case _:
            return StoreError(f"{where}: {text}")


def translate_client_error(error: boto.ClientError, where: str) -> StoreError | LimitExceeded:
    """Return Ascend's error for an error that the service sent."""
    reply: dict[str, Any] = dict(error.response)
    code, message = code_of(error), hide_secrets(str(reply.get("Error", {}).get("Message", "")))
    if code == "ResourceNotFoundException":
        return StoreMissing(where)
    if code in _DENIED:
        return AccessDenied(f"{where}: {code}: {message}")
    if code in _THROTTLED:
        return StoreUnavailable(f"{where} throttles ({code}): write less at once, or raise the table's limits")
    if code in _FAILED or reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_ERROR:
        return StoreUnavailable(f"{where}: {code} {message}; try again")
    return (
        _translate_validation(message, where)
        if code == "ValidationException"
        else StoreError(f"{where}: {code}: {message}")
    )


def _translate_validation(message: str, where: str) -> StoreError | LimitExceeded:
    """Tell an item over a limit from a table with another schema. Our own checks have passed in both cases."""
    lower = message.lower()
    is_limit = "size has exceeded" in lower or "exceeds the maximum" in lower
    return LimitExceeded(f"{where}: {message}") if is_limit else StoreMismatch(f"{where}: {message}")


def code_of(error: boto.ClientError) -> str:
    reply: dict[str, Any] = dict(error.response)
    return str(reply.get("Error", {}).get("Code", ""))
