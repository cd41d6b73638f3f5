"""Any response gives a policy or the reason why there is none, and every program's reader reads it.

What is read reads the same when it is written again.
"""

from __future__ import annotations

from pyfinger.policy.mta_sts import MAX_AGE, StsMode, StsPolicy, read_policy, read_response
from pyfinger.policy.programs import HttpAnswer, match_differences, policy_differences

SEEDS: list[bytes] = [
    b"\0version: STSv1\nmode: enforce\nmx: mx1.example.test\nmx: *.example.test\nmax_age: 604800\n",
    b"\0version: STSv1\r\nmode: testing\r\nmx: mx1.example.test\r\nmax_age: 86400\r\nnote: gr\xc3\xbcn\r\n",
    b"\1version: STSv1\nmode: none\nmax_age: 60\nmode: enforce\n",
    b"\2# comment\n\nversion: STSv1\nmode: Enforce\nmax_age: 0x10\nmx: a, b\n",
]

_TYPES = ("text/plain", "text/plain; charset=utf-8", None, "text/html")
_STATUS = (200, 200, 200, 301, 206)


def check(data: bytes) -> None:
    """As the body of a response, whose status and media type the first octet chooses."""
    first, body = data[:1] or b"\0", data[1:]
    status, content_type = _STATUS[first[0] % len(_STATUS)], _TYPES[first[0] % len(_TYPES)]
    reading = read_response(status, content_type, body)
    assert (reading.policy is None) is (reading.problem is not None)
    policy_differences(HttpAnswer(status, content_type, body))
    if reading.policy is not None:
        _check_policy(reading.policy)


def _check_policy(policy: StsPolicy) -> None:
    assert 0 <= policy.max_age <= MAX_AGE
    assert policy.mx or policy.mode is StsMode.NONE
    fields = [("version", "STSv1"), ("mode", policy.mode.value), ("max_age", str(policy.max_age))]
    fields += [("mx", pattern) for pattern in policy.mx] + list(policy.extensions)
    again = read_policy("\n".join(": ".join(each) for each in fields).encode()).policy
    assert again == StsPolicy(policy.mode, policy.mx, policy.max_age, policy.extensions)
    for pattern in policy.mx[:10]:
        assert policy.allows(pattern.replace("*", "x", 1))
        match_differences(policy, pattern)
