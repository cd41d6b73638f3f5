"""What is allowed to differ between two runs, and nothing else.

A transcript is a list of lines: those of standard output (where the program
logs), those of standard error marked "err| ", and the exit status.  Changed
in them are

* the program's name, where it stands as such;
* in "TLS library problem" lines: the error code, the library's name and the
  source position (the reason's text and the data after it stay);
* packet dumps: the addresses; the rows, which hold random octets, are counted
  if they are well formed; reads that found nothing yet ("=> -1") go, as their
  number is a matter of timing;
* decoded messages (`-L ssl-debug` of Postfix 3.11, `-L trace` of 3.12): the octets of what is
  random, or follows from it; names and sizes stay;
* the time and the random end in the name of a file of `-L trace` (Postfix 3.12);
* the digest in a session cache key, which covers the TLS library's version;
* the process id and socket buffer sizes that verbose logging shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

PROGRAMS = ("posttls-finger", "pyfinger")

_RULES = (
    # error:0A000410:SSL routines::reason:../ssl/record/rec_layer_s3.c:918:data:
    (re.compile(r"(TLS library problem: error:)[0-9A-F]{8}:[^:]*:[^:]*:([^:]*):[^:]*:\d+:"), r"\1*:\2:*:"),
    (re.compile(r"[^\s/]+-\d{14}\.\d{6}-(\S+)-[A-Za-z0-9]{6}\b"), r"PROG-*-\1-*"),
    (re.compile(r"(session \S+&)[0-9A-F]{64}\b"), r"\1*"),
    (re.compile(r"(dict_update: process_id = )\d+$"), r"\1*"),
    (re.compile(r"(vstream_tweak_tcp: TCP_MAXSEG )\d+$"), r"\1*"),
    (re.compile(r"(stream buffer size old=0 new=)\d+$"), r"\1*"),
)
_DECODED = (
    (re.compile(r"^( +gmt_unix_time=0x)[0-9A-F]{8}$"), r"\1*"),
    (re.compile(r"^( +ticket_age_add=)\d+$"), r"\1*"),
    (
        re.compile(
            r"^( +(?:random_bytes|session_id|key_exchange: |Signature|verify_data|ticket|point|ecdh_Yc|dh_Yc"
            r"|dh_Ys|EncryptedPreMasterSecret) \(len=\d+\): )[0-9A-F]+$"
        ),
        r"\1*",
    ),
    (re.compile(r"^( +[0-9a-f]{4} - )(?!(?:00[ -])+ ).*$"), r"\1*"),
)
_TRANSFER = re.compile(
    r"^PROG: (read from|write to) [0-9A-F]+ \[[0-9A-F]+\]( \(\d+ bytes => (-?\d+)(?: \(0x[0-9A-F]+\))?\))$"
)
_ROW = re.compile(r"^PROG: ([0-9a-f]{4,}) ((?:[0-9a-f]{2}[ |]){1,16})")
_BLANK = re.compile(r"^PROG: ([0-9a-f]{4,}) - <SPACES/NULLS>$")


def transcript(out: bytes, err: bytes, status: int | str, programs: Sequence[str] = PROGRAMS) -> list[str]:
    """The normalised transcript of one run."""
    return [
        *normalised(out, programs),
        *(f"err| {line}" for line in normalised(err, programs)),
        f"exit {status}",
    ]


def normalised(data: bytes, programs: Sequence[str] = PROGRAMS) -> list[str]:
    """The normalised lines of one stream; `programs` are the names a line may begin with."""
    names = "|".join(map(re.escape, programs))
    spoken = re.compile(rf"^(usage: )?(?:\S*/)?(?:{names})(?=[: ])")
    text = data.decode("utf-8", "backslashreplace")
    lines = [_without_chance(spoken.sub(r"\1PROG", line)) for line in text.split("\n")]
    if lines[-1] == "":
        lines.pop()
    else:
        lines[-1] += "<no newline>"
    return _fold_dumps(lines)


def _without_chance(line: str) -> str:
    for pattern, replacement in (*_RULES, *_DECODED):
        line = pattern.sub(replacement, line)
    return line


def _fold_dumps(lines: Sequence[str]) -> list[str]:
    """Each packet dump replaced by a line that says how much it showed."""
    folded = []
    at = 0
    while at < len(lines):
        transfer = _TRANSFER.match(lines[at])
        if transfer is None:
            folded.append(lines[at])
        elif transfer[3] != "-1":
            rows, shown = _dump(lines, at + 1, int(transfer[3]))
            folded += [f"PROG: {transfer[1]} * [*]{transfer[2]}", f"PROG: <dump of {shown} octets>"]
            at += rows
        at += 1
    return folded


def _dump(lines: Sequence[str], start: int, size: int) -> tuple[int, int]:
    """How many well-formed rows follow, and how many octets they show."""
    at, shown = start, 0
    while at < len(lines):
        row = _ROW.match(lines[at])
        blank = _BLANK.match(lines[at])
        if row and int(row[1], 16) == shown:
            octets = bytes.fromhex(row[2].replace("|", " "))
            if lines[at] != _row(shown, octets):
                break
            shown += len(octets)
        elif blank and int(blank[1], 16) == shown < size:
            shown = size
        else:
            break
        at += 1
    return at - start, shown


def _row(offset: int, octets: bytes) -> str:
    """One row of a packet dump, as it must look."""
    cells = "".join(f"{octet:02x}{'|' if place == 7 else ' '}" for place, octet in enumerate(octets))
    text = "".join(
        (chr(octet) if 32 <= octet < 127 else ".") + (" " if place == 7 else "")
        for place, octet in enumerate(octets)
    )
    return f"PROG: {offset:04x} {cells:<48} {text}"
