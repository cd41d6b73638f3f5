"""Replies that are no answer: what is made of them, and what is said."""

from __future__ import annotations

import dns.message
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest

from pyfinger.values import replace
from tests.tables.running import CONFIG, FAILED, Told, malformed, not_found, refused
from tests.world import World

ADDRESS = "192.0.2.1"

OUTCOMES: dict[str, tuple[str | bytes, str]] = {
    "no such domain": ("NXDOMAIN", "Host not found"),
    "no such type": ("NOERROR", "Host found but no data record of requested type"),
    "server failure": ("SERVFAIL", "Host not found, try again"),
    "refused": ("REFUSED", "Host not found, try again"),
    "not implemented": ("NOTIMP", "Host not found, try again"),
    "time-out": ("TIMEOUT", "Host not found, try again"),
    "format error": ("FORMERR", "Non-recoverable error"),
    "unknown response code": ("NOTZONE", "Non-recoverable error"),
}


@pytest.mark.parametrize("row", OUTCOMES)
def test_outcomes_of_a_question(row: str) -> None:
    fate, problem = OUTCOMES[row]
    world = World(fail={"a.test": fate}, txt={"a.test": ["there is such a name"]})
    assert Told(world, "[a.test]").lines == [FAILED + not_found("a.test", "AAAA", problem)]
    final = problem.endswith(("again", "error"))
    assert Told(world, "a.test").lines == [
        FAILED + not_found("a.test", "MX" if final else "AAAA", problem),
    ]
    name = "_smtp._tcp.a.test"
    service = World(fail={name: fate}, txt={name: ["there is such a name"]})
    assert Told(service, "a.test", srv=True).lines == [FAILED + not_found(name, "SRV", problem)]


@pytest.mark.parametrize(
    ("a", "aaaa", "reason"),
    [
        (b"junk", b"junk", malformed("a.test", "AAAA")),
        (b"junk", "SERVFAIL", not_found("a.test", "AAAA", "Host not found, try again")),
        ("SERVFAIL", b"junk", malformed("a.test", "AAAA")),
        (b"junk", "FORMERR", malformed("a.test", "A")),
        ("FORMERR", b"junk", malformed("a.test", "AAAA")),
        ("NXDOMAIN", b"junk", malformed("a.test", "AAAA")),
        ("FORMERR", "NXDOMAIN", not_found("a.test", "A", "Non-recoverable error")),
        ("FORMERR", "SERVFAIL", not_found("a.test", "AAAA", "Host not found, try again")),
    ],
)
def test_malformed_data_ranks_as_silence_and_above_failure(
    a: str | bytes, aaaa: str | bytes, reason: str
) -> None:
    world = World(fail={"a.test/A": a, "a.test/AAAA": aaaa})
    assert Told(world, "[a.test]", config=replace(CONFIG, dnssec_probe="")).lines == [FAILED + reason]


def test_loops_are_told_for_each_type() -> None:
    world = World(cname={"a.test": "b.test", "b.test": "a.test"}, split={"a.test", "b.test"})
    warning = "warning: dns_lookup: Name server loop for a.test"
    assert Told(world, "a.test").lines == [warning] * 3 + [FAILED + "Name server loop for a.test"]


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("-dash-.test", "misplaced hyphen"),
        ("a\\032b.test", "invalid character 92(decimal)"),
        ("1.2.3", "numeric hostname"),
    ],
)
def test_malformed_targets(target: str, problem: str) -> None:
    service = "_smtp._tcp.a.test"
    for rdtype, name, world in [
        ("MX", "a.test", World(mx={"a.test": [target]})),
        ("SRV", service, World(srv={service: [f"0 0 25 {target}"]})),
        ("CNAME", "a.test", World(cname={"a.test": target}, a={target: [ADDRESS]})),
    ]:
        wanted = "MX" if rdtype == "CNAME" else rdtype
        assert Told(world, "a.test", srv=rdtype == "SRV").lines == [
            f"warning: valid_hostname: {problem}: {target}",
            f"warning: malformed domain name in resource data of {rdtype} record for {name}: {target}",
            FAILED + malformed(name, wanted),
        ]


def test_one_malformed_target_spoils_no_other() -> None:
    world = World(mx={"a.test": ["5 -dash.test", "6 mx.test"]}, a={"mx.test": [ADDRESS]})
    assert Told(world, "a.test").lines[-1] == refused("a.test", "mx.test", ADDRESS)


def test_addresses_of_a_wrong_length() -> None:
    query = dns.message.make_query("a.test.", "A")
    reply = dns.message.make_response(query)
    short = dns.rdata.GenericRdata(dns.rdataclass.IN, dns.rdatatype.A, b"123")
    reply.answer.append(dns.rrset.from_rdata_list("a.test.", 60, [short]))
    world = World(fail={"a.test/A": reply.to_wire(), "a.test/AAAA": "FORMERR"})
    assert Told(world, "[a.test]", config=replace(CONFIG, dnssec_probe="")).lines == [
        "warning: extract_answer: bad address length: 3",
        FAILED + malformed("a.test", "A"),
    ]
