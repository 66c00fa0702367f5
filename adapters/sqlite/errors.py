"""The errors of a store in an SQLite file, and the translation of SQLite's errors and of the file system's."""

import errno
import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ascend.domain.errors import (
    AccessDenied,
    InvalidStoreUrl,
    StoreBusy,
    StoreError,
    StoreMismatch,
    StoreMissing,
    StoreUnavailable,
)


class NetworkFileSystem(StoreError):
    """SQLite's locks cannot be trusted on a network file system: put the file on a local disk."""


class DamagedFile(StoreMismatch):
    """The store's file is damaged: stop every process that uses it, and restore a backup."""


class FolderMissing(StoreMissing):
    """The folder of the store's file does not exist: make it first."""


class FileReplaced(StoreMissing):
    """A file of the open store was removed or replaced: put it back, or close the store and open it again."""


class UsedAcrossFork(StoreError):
    """An SQLite store cannot be used across a fork: open it anew in the child process."""


@contextmanager
def translate_errors(path: Path) -> Generator[None, None, None]:
    """Raise Ascend's errors instead of those of SQLite and of the file system."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise translate_error(error, path) from error


def translate_error(error: BaseException, path: Path) -> BaseException:
    """Return Ascend's error for one of SQLite or of the file system, and any other error as it is."""
    if isinstance(error, sqlite3.Error):
        translated = translate_sqlite_error(error, path)
    elif isinstance(error, PermissionError):
        translated = AccessDenied(f"{path}: {error.strerror}")
    elif isinstance(error, OSError):
        is_wrong = error.errno == errno.ENAMETOOLONG
        translated = (InvalidStoreUrl if is_wrong else StoreUnavailable)(f"{path}: {error.strerror}")
    else:
        return error
    translated.__cause__ = error
    return translated


def translate_before_commit(error: BaseException, path: Path) -> BaseException:
    """Return `StoreBusy` instead of `StoreUnavailable`: what fails before COMMIT has written nothing."""
    translated = translate_error(error, path)
    if not isinstance(translated, StoreUnavailable):
        return translated
    busy = StoreBusy(translated.detail)
    busy.__cause__ = translated
    return busy


def translate_sqlite_error(error: sqlite3.Error, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # the transaction of a busy write is rolled back
        return StoreBusy(f"{path} is busy: another writer holds its lock")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN):
        return AccessDenied(f"{path}: {error}; the file and its folder must be writable for this user ({os.geteuid()})")
    if code == sqlite3.SQLITE_CORRUPT:
        return DamagedFile(f"{path}: {error}")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreMismatch(f"{path}: {error}")
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM):
        return StoreUnavailable(f"{path}: {error}")
    return StoreError(f"{path}: {error}")
