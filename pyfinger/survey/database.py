"""A survey's file as SQLite sees it: tables, their version, and how they are opened."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Mapping
from typing import Any

from pyfinger.errors import UsageError

APPLICATION_ID = 0x70796673  # "pyfs": what file(1) and SQLite know the file by
SCHEMA_VERSION = 1
StoreTrouble = sqlite3.Error  # besides what is refused when it is opened
IN_MEMORY = ":memory:"  # a path that is none
READ = "read"

_TABLES = """
CREATE TABLE runs (
    run INTEGER PRIMARY KEY, began REAL NOT NULL, ended REAL, stage TEXT NOT NULL,
    version TEXT NOT NULL, options TEXT NOT NULL);
CREATE TABLE domains (
    run INTEGER, number INTEGER, line TEXT NOT NULL, domain TEXT NOT NULL, found TEXT,
    PRIMARY KEY (run, number)) WITHOUT ROWID;
CREATE INDEX domains_by_name ON domains (run, domain);
CREATE TABLE hosts (
    run INTEGER, host_id TEXT, host TEXT NOT NULL, port INTEGER NOT NULL, operator TEXT NOT NULL,
    found TEXT NOT NULL, PRIMARY KEY (run, host_id)) WITHOUT ROWID;
CREATE TABLE domain_hosts (
    run INTEGER, number INTEGER, place INTEGER, host_id TEXT NOT NULL,
    PRIMARY KEY (run, number, place)) WITHOUT ROWID;
CREATE INDEX domain_hosts_by_host ON domain_hosts (run, host_id, number);
CREATE TABLE addresses (
    run INTEGER, host_id TEXT, place INTEGER, address TEXT NOT NULL, port INTEGER NOT NULL,
    name TEXT NOT NULL, withheld TEXT NOT NULL, PRIMARY KEY (run, host_id, place)) WITHOUT ROWID;
CREATE TABLE certificates (digest TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE observations (
    run INTEGER, address TEXT, port INTEGER, name TEXT, algorithm TEXT, began REAL NOT NULL,
    seconds REAL NOT NULL, evidence TEXT NOT NULL, hopeless INTEGER NOT NULL,
    PRIMARY KEY (run, address, port, name, algorithm)) WITHOUT ROWID;
CREATE TABLE verdicts (
    run INTEGER, number INTEGER, domain TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
    outcome TEXT NOT NULL, report TEXT NOT NULL, PRIMARY KEY (run, number)) WITHOUT ROWID;
CREATE TABLE errors (
    run INTEGER, stage TEXT, subject TEXT, reason TEXT NOT NULL,
    PRIMARY KEY (run, stage, subject)) WITHOUT ROWID;
"""

# What a survey writes into columns, whatever SQLite lets others write; the names mean the same in all tables,
# and queries call by them what they make of columns.
_TEXT = "stage version options line domain host_id host operator address name withheld digest facts algorithm"
_MORE_TEXT = "evidence reason subject problem before after addresses"
_OPTIONAL_TEXT = "found verdict outcome report fetched operators word optional_host"
_INTEGERS = "run number port place hopeless absent count domains"
_KINDS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(f"{_TEXT} {_MORE_TEXT}".split(), (str,)),
    **dict.fromkeys(_OPTIONAL_TEXT.split(), (str, type(None))),
    **dict.fromkeys(_INTEGERS.split(), (int,)),
    **dict.fromkeys(("began", "seconds"), (float, int)),
    "ended": (float, int, type(None)),
    "ends": (int, type(None)),
}
_MOST_SECONDS = 253_000_000_000  # since the epoch: dates end with the year 9999


def spoilt() -> UsageError:
    """What is to be said of a store that somebody else has written into."""
    return UsageError("the survey's file has something in it that no survey has written")


def as_written(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row with nothing in it but what a survey writes (`Connection.row_factory`); `UsageError`."""
    for (name, *_), value in zip(cursor.description, row, strict=True):
        kinds = _KINDS.get(name)
        if kinds is not None and not isinstance(value, kinds):
            raise spoilt()
        if isinstance(value, float) and not 0 <= value <= _MOST_SECONDS:
            raise spoilt()
    return row


def opened(path: str, mode: str) -> sqlite3.Connection:
    """The file; modes are SQLite's (`rw`, `rwc`, which makes tables, too, if there are none), and `read`.

    To be read, a file that may not be written is enough, nor need its folder be writable, where
    SQLite would put what processes at work on it share.  `UsageError` if it is not there, or
    something else.
    """
    fresh = mode == "rwc" and path != IN_MEMORY and not os.path.exists(path)
    try:
        try:
            return _connected(path, "rw" if mode == READ else mode)
        except sqlite3.OperationalError as error:
            if mode != READ or not may_only_be_read(error):
                raise
            return _connected(path, "ro" if _is_in_use(path) else "ro&immutable=1")
    except sqlite3.Error as error:
        if fresh:
            _take_away(path)
        raise UsageError(f"{path}: {error}") from error


def _take_away(path: str) -> None:
    """What there is of a file that could not be made."""
    for name in (path, f"{path}-journal", f"{path}-wal", f"{path}-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _connected(path: str, mode: str) -> sqlite3.Connection:
    uri = path if path == IN_MEMORY else f"file:{_quoted(path)}?mode={mode}"
    sql = sqlite3.connect(uri, uri=path != IN_MEMORY, isolation_level=None, timeout=10.0)
    sql.row_factory = as_written
    _prepare(sql, create=mode == "rwc" or path == IN_MEMORY)
    return sql


def _is_in_use(path: str) -> bool:
    """Whether there is more than in the file itself."""
    log = f"{path}-wal"
    return os.path.exists(log) and os.path.getsize(log) > 0


def may_only_be_read(error: sqlite3.Error) -> bool:
    """Whether trying again will not help either, as writing is not allowed."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY


def _prepare(sql: sqlite3.Connection, *, create: bool) -> None:
    def number(query: str) -> int:
        return int(sql.execute(query).fetchone()[0])

    kind, version = number("PRAGMA application_id"), number("PRAGMA user_version")
    if create and (kind, version) == (0, 0) and not number("SELECT count(*) FROM sqlite_schema"):
        head = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
        sql.executescript(f"BEGIN; {_TABLES} {head} COMMIT;")
    elif kind != APPLICATION_ID:
        raise sqlite3.DatabaseError("not a survey")
    elif version != SCHEMA_VERSION:
        raise sqlite3.DatabaseError(f"a survey of version {version}, not {SCHEMA_VERSION}")
    sql.execute("PRAGMA journal_mode = WAL")
    sql.execute("PRAGMA synchronous = NORMAL")


def _quoted(path: str) -> str:
    """For a URI: no more than what would be misread."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
