"""Values of smtp_tls_policy_maps are read as tls_policy_lookup_one() of Postfix 3.10 reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import UsageError
from pyfinger.maincf.tls_policy import MapPolicy, keys_for, read_policy
from pyfinger.model import Level

GOOD = {
    "none": MapPolicy(Level.NONE),
    "MAY": MapPolicy(Level.MAY),
    "encrypt, ciphers=High": MapPolicy(Level.ENCRYPT, ciphers="High", kept=("ciphers=High",)),
    "halfdane": MapPolicy(Level.HALF_DANE),
    "dane-only": MapPolicy(Level.DANE_ONLY),
    "secure match=a.example:.b.example match=nexthop": MapPolicy(
        Level.SECURE, match=("a.example", ".b.example", "nexthop")
    ),
    "secure match=:a.example::": MapPolicy(Level.SECURE, match=("a.example",)),
    "fingerprint match=aa:bb|cc:dd": MapPolicy(Level.FINGERPRINT, match=("aa:bb", "cc:dd")),
    "verify { match = mx.example } tafile=/a tafile=/b": MapPolicy(
        Level.VERIFY, match=("mx.example",), anchor_files=("/a", "/b")
    ),
    "may protocols=>=TLSv1.2 exclude=aNULL:MD5": MapPolicy(
        Level.MAY,
        protocols=">=TLSv1.2",
        exclude="aNULL:MD5",
        kept=("protocols=>=TLSv1.2", "exclude=aNULL:MD5"),
    ),
    "encrypt {protocols = TLSv1.2, TLSv1.3}": MapPolicy(
        Level.ENCRYPT, protocols="TLSv1.2, TLSv1.3", kept=("{protocols = TLSv1.2, TLSv1.3}",)
    ),
    "may protocols=": MapPolicy(Level.MAY, protocols="", kept=("protocols=",)),
    "may enable_rpk=YES connection_reuse=no connection_reuse=yes": MapPolicy(
        Level.MAY, kept=("enable_rpk=YES", "connection_reuse=no", "connection_reuse=yes")
    ),
    "none ciphers=high": MapPolicy(
        Level.NONE, remarks=('ignoring attribute "ciphers=high" with TLS disabled',)
    ),
    "secure match=a.example policy_type=STS mx_host_pattern=*.a.example": MapPolicy(
        Level.SECURE,
        match=("hostname",),
        policy_type="sts",
        mx_patterns=("*.a.example",),
        kept=("policy_type=STS", "mx_host_pattern=*.a.example"),
    ),
}
BAD = {
    ",": "invalid empty policy",
    "best": 'invalid security level "best"',
    "may ciphers": "malformed attribute/value pair \"ciphers\": missing '=' after attribute name",
    "may =x": 'malformed attribute/value pair "=x": missing attribute name',
    "may {ciphers=high": 'malformed attribute/value pair "ciphers=high": missing \'}\' in "{ciphers=high"',
    "may {a=b}c": 'malformed attribute/value pair "a=b": syntax error after \'}\' in "{a=b}c"',
    "may ciphers=": 'attribute "ciphers" has empty value',
    "may ciphers=high CIPHERS=high": 'attribute "CIPHERS" is specified multiple times',
    "may ciphers=best": 'invalid cipher grade: "best"',
    "may protocols=TLSv9": 'Invalid TLS protocol list "TLSv9"',
    "may exclude=!MD5": "invalid unary '!+-@' in cipher exclusion: !MD5",
    "may servername=-x": '"servername=-x" specifies an invalid hostname',
    "encrypt match=a.example": 'attribute "match" invalid at security level "encrypt"',
    "dane match=a.example": 'attribute "match" invalid at security level "dane"',
    "dane tafile=/x": 'attribute "tafile" invalid at security level "dane"',
    "secure match=": 'attribute "match" has empty value',
    "fingerprint": "configured at fingerprint security level, but with no fingerprints to match",
    "may connection_reuse=maybe": 'attribute "connection_reuse" has bad value: "maybe"',
    "may policy_type=dane": 'attribute "policy_type" has an unexpected value: "dane"',
    "may policy_type=sts policy_ttl=-1": 'attribute "policy_ttl" has a malformed value: "-1"',
    "may policy_ttl=1": "built-in policy has unexpected attribute policy_ttl, policy_domain, policy_string,"
    " mx_host_pattern or policy_failure",
    "may foo=bar": 'invalid attribute name: "foo"',
}


@pytest.mark.parametrize("text", GOOD)
def test_a_policy_is_what_postfix_takes_it_for(text: str) -> None:
    assert read_policy(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_what_postfix_does_not_take_has_its_words(text: str) -> None:
    with pytest.raises(UsageError) as told:
        read_policy(text)
    assert str(told.value) == BAD[text]


@pytest.mark.parametrize(
    "text", [text for text in GOOD if not any(word in text for word in ("tafile", "STS", "none "))]
)
def test_a_policy_written_is_the_policy_read(text: str) -> None:
    policy = read_policy(text)
    assert read_policy(policy.text) == policy


@pytest.mark.parametrize(
    ("nexthop", "keys"),
    [
        ("A.b.Example", ["a.b.example", ".b.example", ".example"]),
        ("[a.example]", ["[a.example]"]),
        ("a.example:587", ["a.example:587"]),
        ("192.0.2.1", ["192.0.2.1"]),
        ("bücher.example", ["bücher.example", ".example"]),
    ],
)
def test_only_names_have_parents(nexthop: str, keys: list[str]) -> None:
    assert list(keys_for(nexthop)) == keys


@given(st.text("may secure=match:{}, \tfingerprint|ciphers", max_size=60) | st.text(max_size=30))
def test_any_text_is_a_policy_or_an_error_of_its_writer(text: str) -> None:
    try:
        policy = read_policy(text)
    except UsageError:
        return
    assert policy.level.word in text.lower()
