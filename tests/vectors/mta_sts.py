"""MTA-STS and TLSRPT: what is read, and whether it is known who reads it otherwise.

A case passes if the reading is the RFC's (unless the RFC leaves it open), and if the
programs that were seen to read it otherwise are exactly those that are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyfinger.policy import programs
from pyfinger.policy.mta_sts import StsMode, StsPolicy, read_response
from pyfinger.policy.programs import HttpAnswer
from pyfinger.policy.sts_record import read_sts_record
from pyfinger.policy.tlsrpt import read_tlsrpt_record
from tests.vectors.result import Json

_CALLED = {  # in the data
    programs.RESOLVER: "postfix-mta-sts-resolver-1.5.1",
    programs.CHECKDMARC: "checkdmarc-6.0.4",
    programs.MAILAUTH: "mailauth-7.1.0",
    programs.MAILAUTH_STRICT: "mailauth-7.1.0-strict",
    programs.MAILAUTH_5: "mailauth-5.0.1",
    programs.DOMAIN_CHECK: "email-domain-check-2.0.5",
    programs.REPORTER: "tlsrpt-reporter-0.6.0",
}


def problems(case: Json) -> Iterator[str]:
    """What is wrong with what we make of a case."""
    got, differing = _READERS[case["kind"]](case)
    rfc = case["rfc"]
    wanted = {name: rfc[name] for name in got if name in rfc}
    if "open" not in rfc and {name: got[name] for name in wanted} != wanted:
        yield f"read as {got}, wanted {wanted}"
    named = {_CALLED[each.program] for each in differing}
    for program, seen in case.get("seen", {}).items():
        if seen["verdict"] == "n/a":
            continue
        otherwise = _taken(case["kind"], seen) != _taken(case["kind"], got)
        if otherwise is not (program in named):
            yield f"{program} {'not ' if otherwise else ''}named; it was seen to say {seen}"


def _taken(kind: str, reading: Json) -> Json:
    """What of a reading is compared: not why there is none, nor the order and case of names."""
    if reading["verdict"] not in ("valid", "match"):
        return None
    if kind != "policy":
        return {"txt": reading.get("id"), "tlsrpt": reading.get("rua"), "match": True}[kind]
    policy = dict(reading["policy"])
    policy.pop("version", None)
    if isinstance(policy["mx"], list):
        policy["mx"] = {name.lower() for name in policy["mx"]}
    return policy


def _strings(case: Json) -> list[list[bytes]]:
    return [[text.encode() for text in strings] for strings in case["txt"]]


def _record(case: Json) -> tuple[Json, Iterable[Any]]:
    reading = read_sts_record(_strings(case))
    got: Json = {"verdict": reading.status.value, "id": None}
    if reading.record is not None:
        got |= {"id": reading.record.id, "extensions": dict(reading.record.extensions)}
    return got, programs.record_differences(_strings(case))


def _policy(case: Json) -> tuple[Json, Iterable[Any]]:
    parts = case.get("policy_parts")
    text = case["policy"]
    if parts is not None:
        repeated = (parts["repeat"].replace("{i}", str(index)) for index in range(parts["times"]))
        text = parts["head"] + "".join(repeated) + parts["tail"]
    answer = HttpAnswer(case["status"], case["content_type"], text.encode())
    policy = read_response(answer.status, answer.content_type, answer.body).policy
    got: Json = {"verdict": "invalid"}
    if policy is not None:
        mx: Json = list(policy.mx) if parts is None else {"count": len(policy.mx)}
        got = {"verdict": "valid", "policy": {"mode": policy.mode.value, "mx": mx, "max_age": policy.max_age}}
    return got, programs.policy_differences(answer)


def _match(case: Json) -> tuple[Json, Iterable[Any]]:
    policy = StsPolicy(StsMode.ENFORCE, tuple(case["patterns"]), 86400)
    verdict = "no match" if policy.allows(case["name"]) is None else "match"
    return {"verdict": verdict}, programs.match_differences(policy, case["name"])


def _rua(case: Json) -> tuple[Json, Iterable[Any]]:
    reading = read_tlsrpt_record(_strings(case))
    got: Json = {"verdict": reading.status.value, "rua": None}
    if reading.record is not None:
        got |= {"rua": list(reading.record.rua), "usable": list(reading.record.usable)}
    return got, programs.rua_differences(_strings(case))


_READERS = {"txt": _record, "policy": _policy, "match": _match, "tlsrpt": _rua}
