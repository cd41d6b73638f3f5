"""Any text is a proof or `DecodeError`.

A proof is the same once written and read again, and validates to an outcome for each question.
"""

from __future__ import annotations

from pyfinger.cli.proof_files import ProofCheck
from pyfinger.dnssec.anchors import root_anchors
from pyfinger.dnssec.zone_text import proof_lines, read_proof, reply_wire
from pyfinger.errors import DecodeError
from pyfinger.events import Event
from pyfinger.events.dnssec import ProofChecked

NOW = 1_800_000_000.0

SEEDS: list[bytes] = [
    b";; question . SOA secure\n;; reply . SOA NOERROR\n;; authority\n"
    b". 60 IN NSEC test. NS SOA RRSIG NSEC DNSKEY\n"
    b". 60 IN RRSIG NSEC 8 0 60 20380101000000 20200101000000 20326 . AAAA\n",
    b";; question a.test A insecure\n;; reply a.test A 0\n;; answer\na.test. 60 IN A 192.0.2.1\n"
    b";; reply . DNSKEY NOERROR\n;; answer\n. 60 IN DNSKEY 257 3 8 AwEAAQ==\n",
    b";; question a.test TYPE99 bogus\n;; reply a.test TYPE99 3\n"
    b";; answer\na.test. 60 IN TYPE99 \\# 2 abcd\n",
]


def check(data: bytes) -> None:
    """Read a file of any content, write it, and validate it."""
    try:
        proof = read_proof(data.decode("latin-1"))
        for reply in proof.replies:
            reply_wire(reply)
    except DecodeError:
        return
    assert read_proof("\n".join(proof_lines(proof))) == proof
    told: list[Event] = []
    status = ProofCheck(proof, root_anchors(), NOW, 1).run(told.append)
    checked = [event for event in told if isinstance(event, ProofChecked)]
    assert len(checked) == len(proof.questions)
    assert status in (0, 4)
