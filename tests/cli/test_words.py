import pytest

from pyfinger.cli import option_values as words
from pyfinger.errors import UsageError
from pyfinger.model import Family, Level
from pyfinger.options import LOG_WORDS, Log
from pyfinger.references import DEFAULT_REFERENCE, REFERENCES


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30", 30),
        (" \t-5x", -5),
        ("+7", 7),
        ("", 0),
        ("x1", 0),
        ("--1", 0),
        ("0x10", 0),
        ("0" * 50 + "12", 12),
        ("9" * 50, 2**31 - 1),
        ("-" + "9" * 50, -(2**31 - 1)),
        ("2147483648", 2**31 - 1),
    ],
)
def test_numbers_are_atoi_s(text: str, value: int) -> None:
    assert words.number(text) == value


@pytest.mark.parametrize("text", ["0", "-5", "abc", ""])
def test_time_limits_are_positive(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        words.time_limit("t", text)
    assert str(caught.value) == f"bad '-t' option value: {text}"
    assert words.time_limit("T", "5 s") == 5


def test_families() -> None:
    assert words.family("IPv4") is Family.IPV4
    assert words.family("any") is None
    with pytest.raises(UsageError, match="bad '-a' option value: ipv5"):
        words.family("ipv5")


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.HALF_DANE])
def test_levels(level: Level) -> None:
    assert words.level(level.word.upper()) is level


@pytest.mark.parametrize("text", ["strict", "halfdane", "half-dane", ""])
def test_unknown_levels(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        words.level(text)
    assert str(caught.value) == f'Invalid TLS level "{text}"'


def test_levels_for_insecure_mx() -> None:
    assert [words.insecure_mx_level(word) for word in ("may", "ENCRYPT", "dane")] == [
        Level.MAY,
        Level.ENCRYPT,
        Level.DANE,
    ]
    for word in ("secure", "none", ""):
        with pytest.raises(UsageError, match=f"bad '-M' option value: {word}"):
            words.insecure_mx_level(word)


def test_lookups() -> None:
    assert words.lookups("dns,\tnative dns") == {"dns", "native"}
    assert words.lookups("") == frozenset()
    for value, word in [("nis", "nis"), ("dns, DNS", "DNS")]:
        with pytest.raises(UsageError) as caught:
            words.lookups(value)
        assert str(caught.value) == f'unknown -h option value "{word}" in "{value}"'


def test_log_masks() -> None:
    assert words.log_mask("") == Log.NONE
    assert words.log_mask("none, 0") == Log.NONE
    assert words.log_mask("Routine CertMatch") == Log.SUMMARY | Log.CERTMATCH
    assert words.log_mask("2") == Log.SUMMARY | Log.VERBOSE | Log.CACHE | Log.SSL_DEBUG
    assert words.log_mask("9") == words.log_mask("ssl-developer") == words.log_mask("4")
    assert words.log_mask("ssl-session-packet-dump") == Log.HANDSHAKE_DUMP | Log.SESSION_DUMP


def test_one_unknown_log_word_voids_the_mask() -> None:
    assert words.log_mask("routine,Nosuch,other") == "Nosuch"
    assert words.log_mask("10") == "10"


@pytest.mark.parametrize("word", LOG_WORDS)
def test_every_log_word_is_known(word: str) -> None:
    assert words.log_mask(word.upper(), REFERENCES["3.12"]) == LOG_WORDS[word]


@pytest.mark.parametrize("release", ["3.10", "3.11"])
def test_older_releases_keep_no_trace(release: str) -> None:
    assert words.log_mask("summary,trace", REFERENCES[release]) == "trace"


def test_releases_are_those_that_were_measured() -> None:
    assert words.like("3.10") is DEFAULT_REFERENCE
    assert words.like("3.11") is REFERENCES["3.11"]
    with pytest.raises(UsageError, match=r"bad '--like' option value: 3\.9 \(one of: 3\.10, 3\.11, 3\.12\)"):
        words.like("3.9")
    with pytest.raises(UsageError, match="bad '--like' option value:  "):
        words.like("")
