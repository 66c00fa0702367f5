"""Translates the client's errors into Ascend's: with the table, the endpoint and the next step."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import aiohttp
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from ascend.adapters.dynamodb.replies import BrokenReply
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
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",  # of one statement
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "TooManyRequestsException",
    }
)
"""And every code with "Throttl" in it: ThrottlingException, KMSThrottlingException and so on."""
_BUSY = frozenset(
    {
        "IDPCommunicationError",  # of the service that gives the credentials
        "InternalServerError",
        "ItemCollectionSizeLimitExceeded",  # of one statement
        "ItemCollectionSizeLimitExceededException",
        "PriorRequestNotComplete",
        "ReplicatedWriteConflictException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ResourceInUseException",
        "ServiceUnavailable",
        "TableInUseException",
        "TransactionConflict",  # of one statement
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""AWS calls these retryable, or the table is being changed. See "Error handling with DynamoDB" in its documents."""
_MISSING = frozenset({"ResourceNotFound", "ResourceNotFoundException", "TableNotFoundException"})
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "KMSAccessDeniedException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
        "KMSOptInRequired",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Includes a wrong clock, and a key of the tables that is disabled: all that somebody can put right from outside."""
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.LoginError,
    boto.MetadataRetrievalError,
    boto.RefreshWithMFAUnsupportedError,
    boto.ProfileNotFound,
    boto.NoAuthTokenError,
)
_NO_ANSWER = (
    BrokenReply,
    boto.ChecksumError,  # of a client with legacy retries
    boto.ConnectionError,
    boto.HTTPClientError,
    boto.IncompleteReadError,
    ResponseParserError,
    aiohttp.ClientError,
    OSError,
    ValueError,  # the client's own check of a checksum that is no number
)
_RETRYABLE_STATUS = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_STILL_EXPIRED = "refreshed credentials are still expired"
"""What the client says in a plain RuntimeError."""


@contextmanager
def translate_errors(where: str) -> Generator[None, None, None]:
    """Raise Ascend's errors instead of the client's. `where` names the table and the endpoint.

    The client's error is the cause, unless its text holds a secret of the endpoint.
    """
    try:
        yield
    except RuntimeError as error:
        if _STILL_EXPIRED not in str(error):
            raise
        raise AccessDenied(f"{where}: {error}; check the AWS credentials of this process") from error
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
    if code in _MISSING:
        return StoreMissing(where)
    if code in _DENIED:
        return AccessDenied(f"{where}: {code}: {message}")
    if code in _THROTTLED or "Throttl" in code:
        return StoreUnavailable(f"{where} throttles ({code}): write less at once, or raise the table's limits")
    if code in _BUSY or _is_retryable(reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)):
        return StoreUnavailable(f"{where}: {code} {message}; try again")
    if not code or code.isdecimal():  # an HTTP status only, such as a proxy's page
        return StoreUnavailable(f"{where}: the reply ({code}) is not DynamoDB's; check endpoint and network")
    if code == "ValidationException":
        return _translate_validation(message, where)
    return StoreError(f"{where}: {code}: {message}")


def _is_retryable(status: int) -> bool:
    return status >= _SERVER_ERROR or status in _RETRYABLE_STATUS


def _translate_validation(message: str, where: str) -> StoreError | LimitExceeded:
    """Tell an item over a limit, and an index still being built, from a table with another schema.

    Our own checks have passed in every case.
    """
    lower = message.lower()
    if "backfilling" in lower:
        return StoreUnavailable(f"{where}: {message}; try again when the index is built")
    is_limit = "size has exceeded" in lower or "exceeds the maximum" in lower
    return LimitExceeded(f"{where}: {message}") if is_limit else StoreMismatch(f"{where}: {message}")


def code_of(error: boto.ClientError) -> str:
    reply: dict[str, Any] = dict(error.response)
    return str(reply.get("Error", {}).get("Code", ""))
