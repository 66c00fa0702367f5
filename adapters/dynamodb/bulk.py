"""Sends many conditional puts as PartiQL statements, 25 a request (BatchExecuteStatement): a tenth of the client's work.

    puts ──▶ statements (`statements`) ──▶ requests, several at once ──▶ an answer for each statement
               ▲                                                           ├── written, or blocked
               │                                                           ├── wrong guess: the put's other statement
               └─────────────── next round ◀───────────────────────────────┴── throttled: the same one, after a wait

What statements cannot settle is left to the caller, who sends a put of its own for it:

- a put that no statement can say (see `can_say`);
- a put whose two statements have both failed. Each saw the item at another moment, and the item may have come or gone in
  between; a put judges the whole condition at one moment;
- a put whose statement the service refuses. If it then takes the put, it is the verb (INSERT, UPDATE) that it does not know:
  the tables remember that, and no longer send statements with it.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import uniform
from typing import Any

import anyio
from botocore.exceptions import ClientError

from ascend.adapters.dynamodb.errors import code_of, translate_client_error, translate_errors
from ascend.adapters.dynamodb.replies import StatementError, read_statements
from ascend.adapters.dynamodb.setup import is_emulator
from ascend.adapters.dynamodb.statements import REQUEST_BYTES, CheckedPut, Verb, build_statement, can_say
from ascend.adapters.table.puts import split_puts
from ascend.domain.errors import AccessDenied, StoreUnavailable
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.retry import delays
from ascend.projections.deadline import Check

STATEMENTS = 25
"""The service's limit of statements in a request."""
REQUESTS_AT_ONCE = 8
RETRIES = 8
"""The number of waits for statements that are throttled, after which the store counts as unavailable."""

_FAILED = frozenset({"ConditionalCheckFailed", "DuplicateItem"})
_REFUSED = frozenset({"ValidationError", "ValidationException", "UnknownOperation", "UnknownOperationException"})
_CRASHED = "500"
"""The code of a reply with status 500 that is not DynamoDB's. moto crashes on a statement with parameters."""


@dataclass(slots=True)
class KnownVerbs:
    """The verbs of statement that the service is known to take, and those that it refuses."""

    taken: set[Verb] = field(default_factory=set[Verb])
    refused: set[Verb] = field(default_factory=set[Verb])

    def refuse(self, verbs: Iterable[Verb]) -> set[Verb]:
        """Remember verbs that the service refuses, and return those that are new.

        A statement whose verb it has taken before was refused for something else.
        """
        new = {*verbs} - self.taken - self.refused
        self.refused |= new
        return new


@dataclass(frozen=True, slots=True)
class _Pending:
    number: int
    put: CheckedPut
    verbs: tuple[Verb, ...]
    """The statements that are still to be tried."""


@dataclass(slots=True)
class BulkWriter:
    """Writes puts to the table `name` by statements. One object for one call of `put_all`."""

    client: Any
    name: str
    where: str
    """Names the table and the endpoint in errors."""
    known: KnownVerbs
    _written: dict[int, bool] = field(default_factory=dict[int, bool])
    _refused: set[Verb] = field(default_factory=set[Verb])
    _again: list[_Pending] = field(default_factory=list[_Pending])
    _throttled: StatementError | None = None

    async def write(self, puts: Sequence[CheckedPut], check: Check) -> tuple[dict[int, bool], frozenset[Verb]]:
        """Write what statements can settle. Return the outcomes by number of the put, and the verbs that were refused.

        True: it was written. False: its condition failed.
        """
        pending = [_Pending(number, put, put.verbs) for number, put in enumerate(puts) if can_say(put)]
        waits = delays(0.05, 2, count=RETRIES)
        while pending := [sending for sending in pending if self.known.refused.isdisjoint(sending.verbs)]:
            self._again, self._throttled = [], None
            requests = [*split_puts(pending, lambda sending: sending.put.bytes, most=STATEMENTS, bytes=REQUEST_BYTES)]
            await for_each(requests, partial(self._send, check), limit=min(len(requests), REQUESTS_AT_ONCE))
            pending = self._again
            if self._throttled is not None:
                await self._wait(waits, self._throttled)
        return self._written, frozenset(self._refused)

    async def _send(self, check: Check, sent: Sequence[_Pending]) -> None:
        check()
        statements = [build_statement(self.name, sending.put, sending.verbs[0]) for sending in sent]
        with _explain_permissions(), translate_errors(self.where):
            try:
                reply = await self.client.batch_execute_statement(Statements=statements)
            except ClientError as error:
                if not self._is_refusal(code_of(error)):
                    raise
                self._refused |= {*Verb}  # the request as a whole
                return
            for sending, failure in zip(sent, read_statements(reply, self.name, len(sent)), strict=True):
                self._settle(sending, failure)

    def _settle(self, sending: _Pending, failure: StatementError | None) -> None:
        verb, *others = sending.verbs
        if failure is None or failure.code in _FAILED:
            self.known.taken.add(verb)
        if failure is None:
            self._written[sending.number] = True
        elif failure.code in _FAILED:
            if len(sending.put.verbs) == 1:
                self._written[sending.number] = False
            elif others:
                self._again.append(_Pending(sending.number, sending.put, tuple(others)))
        elif failure.code in _REFUSED:
            self._refused.add(verb)
        elif isinstance(error := _to_error(failure, self.where), StoreUnavailable):
            self._throttled = failure
            self._again.append(sending)
        else:
            raise error

    def _is_refusal(self, code: str) -> bool:
        return code in _REFUSED or (code == _CRASHED and is_emulator(self.client.meta.endpoint_url))

    async def _wait(self, waits: Iterator[float], throttled: StatementError) -> None:
        if (delay := next(waits, None)) is None:
            raise _to_error(throttled, self.where)
        await anyio.sleep(uniform(0, delay))  # noqa: S311  jitter


def _to_error(failure: StatementError, where: str) -> Exception:
    """Return Ascend's error for a statement that has failed."""
    reply: Any = {"Error": {"Code": failure.code, "Message": failure.message}}
    return translate_client_error(ClientError(reply, "BatchExecuteStatement"), where)


@contextmanager
def _explain_permissions() -> Generator[None, None, None]:
    """Say what to grant where the rights for statements are missing. Other permissions speak for themselves."""
    try:
        yield
    except AccessDenied as error:
        if "PartiQL" not in str(error.detail):
            raise
        raise AccessDenied(
            f"{error.detail}; many items are written together, which needs dynamodb:PartiQLInsert and "
            "dynamodb:PartiQLUpdate on this table: see `ascend schema iam worker`"
        ) from error
