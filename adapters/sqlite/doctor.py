"""Compares the file of an SQLite store with its declaration. Changes nothing in the file."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ascend.adapters.layout.setting_check import SettingCheck, check_setting
from ascend.adapters.sqlite.errors import translate_errors
from ascend.adapters.sqlite.file import OpenFile, connect_to_read
from ascend.adapters.sqlite.objects import check_objects
from ascend.adapters.sqlite.place import is_writable, refuse_folder, refuse_network
from ascend.adapters.sqlite.schema import read_version
from ascend.domain.errors import StoreError, StoreMismatch

CREATE = "create it: `ascend init`"
FOREIGN = "name the file of an Ascend store, or restore it from a backup"


def examine_file(path: Path) -> list[SettingCheck]:
    """Check every setting of the store in this file. Raises: AccessDenied, StoreUnavailable."""
    where = str(path)
    if not path.exists():
        return [check_setting(where, "file", False, "it does not exist", CREATE, stops=True)]
    if (reason := _find_refusal(path)) is not None:
        return [check_setting(where, "file", False, reason, "put the store into a file on a local disk", stops=True)]
    try:
        with translate_errors(path), closing(connect_to_read(path)) as opened:
            return [_check_mode(path), *_check_content(opened, path)]
    except StoreMismatch as error:
        return [check_setting(where, "schema", False, str(error), FOREIGN, stops=True)]


def _find_refusal(path: Path) -> str | None:
    try:
        refuse_folder(path)
        refuse_network(path)
    except StoreError as error:
        return str(error)
    return None


def _check_mode(path: Path) -> SettingCheck:
    """Check the permissions of the file and of its folder, in which SQLite writes further files."""
    shared = path.stat().st_mode & stat.S_IWOTH
    usable = is_writable(path)
    problem = "everybody on this machine may change it" if shared else "this user can read it, and cannot write to it"
    todo = "chmod o-w" if shared else "run as the user who owns it, who may write to the file and to its folder"
    return check_setting(
        str(path), "file mode", not shared and usable, problem, todo, stops=not os.access(path, os.R_OK)
    )


def _check_content(opened: OpenFile, path: Path) -> Iterator[SettingCheck]:
    where, connection = str(path), opened.connection
    version = read_version(connection, path)  # raises if the file belongs to another program
    yield from check_objects(connection, where, version)
    (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    problem = f"its text is {encoding}: keys are not in the order of their UTF-8 bytes"
    todo = "`ascend init` a new file, then copy into it: `sqlite3 FILE '.dump --data-only' | sqlite3 NEW`"
    yield check_setting(where, "encoding", encoding == "UTF-8", problem, todo, stops=True)
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    problem = f"its journal mode is {journal}: readers and the writer wait for each other"
    is_ok = journal == "wal" if opened.unchanged is None else None  # a connection without locks uses no journal
    yield check_setting(where, "write-ahead log", is_ok, problem, "open it once, for example with `ascend status`")
