"""Any bytes are a plan that is gone through to its end, or one line that says what is wrong with it.

Steps are taken in order, phases follow each other, and the verdict is that of the worst; what is
printed is text that can be printed, and a document.
"""

from __future__ import annotations

import json
from itertools import pairwise

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import UsageError
from pyfinger.report.sanitise import plain
from pyfinger.tlsa.material import Material, read_material
from pyfinger.tlsa.plan_file import plan_in
from pyfinger.tlsa.rehearsal import rehearse
from pyfinger.tlsa.rehearse_command import document, lines, what_now
from pyfinger.x509.pem import to_pem

_NOW = 1_800_000_000.0
_CA = make_ca("CN=CA")
_LEAVES = [make_leaf("mx.test", _CA, make_key("p256", name)) for name in ("today", "tomorrow")]
_FILES = {
    "a.pem": _LEAVES[0].chain_pem.encode(),
    "b.pem": _LEAVES[1].chain_pem.encode(),
    "b.key": to_pem("PUBLIC KEY", _LEAVES[1].key.spki).encode(),
}
_MATERIALS = {name: read_material(text) for name, text in _FILES.items()}
_HEAD = b"""host = "mx.test"
[certificates]
a = "a.pem"
b = ["b.pem"]
k = "b.key"
[records]
old = "3 1 1 a"
both = ["3 1 1 a", "3 1 1 k"]
new = ["3 1 1 b", "2 1 1 b", "3 0 1 ABCD"]
none = []
[begin]
published = "old"
shown = "a"
"""

SEEDS: list[bytes] = [
    _HEAD + b"""[[step]]\npublish = "both"\n[[step]]\nshow = "b"\n[[step]]\npublish = "new"\n""",
    _HEAD + b"""[[step]]\nshow = "b"\nat = 2027-02-01\n[[step]]\npublish = "new"\nafter = "2h"\n""",
    b"ttl = 60\nnegative_ttl = '1h'\ntransfer = '5m'\nswitch = 9\nstale = '1d'\n"
    b"port = 26\ndomains = ['test']\nstart = 2027-01-01T00:00:00Z\n"
    + _HEAD
    + b"""[[step]]\npublish = "none"\ndone = 2027-01-02\n[signatures]\nold = 2027-02-01T00:00:00+01:00\n""",
    _HEAD,
]


def check(data: bytes) -> None:
    """Read it, go through it, and print it."""
    try:
        plan = plan_in(data, _NOW, _read)
    except UsageError as error:
        assert plain(str(error)).isprintable(), error
        return
    found = rehearse(plan)
    assert [step.number for step in found.steps] == list(range(1, len(plan.steps) + 1))
    assert all(one.at <= other.at for one, other in pairwise(found.steps))
    assert all(one.end == other.begin for one, other in pairwise(found.phases))
    assert found.phases[-1].end is None
    assert found.verdict in {phase.outcome for phase in found.phases}
    text = "\n".join((*lines(found), what_now(found, _NOW)[1]))
    assert text.replace("\n", "").isprintable(), text
    json.dumps(document(found))


def _read(name: str) -> tuple[Material, ...]:
    if name not in _MATERIALS:
        raise UsageError(f"{name!r}: No such file or directory")
    return _MATERIALS[name]
