"""Any text of a policy map gives entries, each a policy or a problem; only what is asked for is rewritten."""

from __future__ import annotations

from pyfinger.errors import UsageError
from pyfinger.maincf.map_source import read_map, rewritten
from pyfinger.maincf.tls_policy import read_policy

SEEDS: list[bytes] = [
    b"# ours\nexample.test may\n.example.test\tencrypt ciphers=high\n  protocols=>=TLSv1.2\n",
    b"[mx.example.test]:587 secure match=mx.example.test:.example.test tafile=/x\n",
    b'"a b" fingerprint match=aa:bb|cc:dd\nx {protocols = TLSv1.2, TLSv1.3}\nexample.test none a=b\n',
    b"a.test secure match=x policy_type=sts mx_host_pattern=*.a.test policy_ttl=1\n  leading\n",
]
_REMARK = "# fuzz: "


def check(data: bytes) -> None:
    """As the text of a map."""
    entries = read_map(data)
    numbers = [number for entry in entries for number in entry.numbers]
    assert numbers == sorted(set(numbers))
    if _REMARK.encode() in data:
        return
    assert rewritten(data, [(entry, "", "") for entry in entries], _REMARK) == data
    remarked = rewritten(data, [(entry, "", "here") for entry in entries], _REMARK)
    assert [(one.key, one.value) for one in read_map(remarked)] == [(one.key, one.value) for one in entries]
    for entry in entries:
        assert entry.problem or (entry.key and entry.value)
        try:
            policy = read_policy(entry.value)
        except UsageError:
            continue
        assert read_policy(policy.at(policy.level, policy.match).text).level is policy.level
