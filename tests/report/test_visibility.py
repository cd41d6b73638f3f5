import io

import pytest

from pyfinger import events as e
from pyfinger.events import Event
from pyfinger.model import Authority, ConnectionInfo, Credential, Endpoints, Level, Trust, VerifyError
from pyfinger.options import Log, Show
from pyfinger.report.log import TextLog
from tests.report.cases import PEER, RECORD

CERTIFICATE = e.CertificatePresented(PEER, "x", "CA", b"\1", b"\2")
MATCHED = e.AuthorityMatched(PEER, Level.DANE, Authority(RECORD, 0), raw_key=False)
IMPORTED = e.TlsaImported("_25._tcp.x", RECORD)
REUSED = e.SessionReused(PEER)


def established(credential: Credential) -> e.TlsEstablished:
    secured = ConnectionInfo(0x0303, "TLSv1.2", 0, "X", 1, 1, credential)
    return e.TlsEstablished(PEER, Trust.TRUSTED, secured)


TRUSTED = established(Credential((b"x",)))
ANONYMOUS = established(Credential())


def failed(level: Level) -> e.VerificationFailed:
    return e.VerificationFailed(PEER, level, VerifyError(18, 0))


def shown(show: Show, *told: Event) -> list[Event]:
    """The events that made a line."""
    out = io.BytesIO()
    log = TextLog(out, "prog", show)
    visible = []
    for event in told:
        before = out.tell()
        log(event)
        if out.tell() > before:
            visible.append(event)
    return visible


def dialogue(number: int) -> list[Event]:
    return [
        e.SessionBegan(number),
        e.Connected(PEER, Endpoints("a", 1, "b", 2)),
        e.ReplyLine("greeting", "220 x"),
        e.CommandSent("EHLO", "EHLO x"),
        e.ReplyLine("EHLO", "250 x"),
        e.CommandSent("STARTTLS", "STARTTLS"),
        e.ReplyLine("STARTTLS", "220 x"),
        e.CommandSent("QUIT", "QUIT"),
        e.ReplyLine("QUIT", "221 x"),
    ]


def test_the_first_pass_shows_the_whole_dialogue() -> None:
    assert shown(Show(log=Log.NONE), *dialogue(1)) == dialogue(1)[1:]


def test_later_passes_show_greeting_and_quit() -> None:
    assert shown(Show(log=Log.NONE), *dialogue(2)) == [
        event for event in dialogue(2) if getattr(event, "step", "") in ("greeting", "QUIT")
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_without_chat_there_is_no_dialogue(number: int) -> None:
    assert shown(Show(log=Log.NONE, chat=False), *dialogue(number)) == []


@pytest.mark.parametrize("level", [level for level in Level if level.must_match])
def test_failures_are_always_shown_where_proof_was_demanded(level: Level) -> None:
    assert shown(Show(log=Log.NONE), failed(level)) == [failed(level)]


@pytest.mark.parametrize("level", [Level.MAY, Level.ENCRYPT])
def test_elsewhere_only_with_untrusted(level: Level) -> None:
    assert shown(Show(log=Log.SUMMARY | Log.VERBOSE), failed(level)) == []
    assert shown(Show(log=Log.UNTRUSTED), failed(level)) == [failed(level)]


@pytest.mark.parametrize("flag", [Log.CERTMATCH, Log.PEERCERT, Log.VERBOSE])
def test_three_flags_show_certificates_and_matches(flag: Log) -> None:
    assert shown(Show(log=flag), MATCHED, CERTIFICATE) == [MATCHED, CERTIFICATE]


@pytest.mark.parametrize("flag", [Log.NONE, Log.SUMMARY, Log.UNTRUSTED, Log.CACHE, Log.SSL_DEBUG, Log.DANE])
def test_other_flags_do_not(flag: Log) -> None:
    assert shown(Show(log=flag), MATCHED, CERTIFICATE) == []


def test_within_a_session_nothing_changes() -> None:
    show = Show(log=Log.CERTMATCH)
    assert shown(show, e.SessionBegan(1), CERTIFICATE, TRUSTED, CERTIFICATE, REUSED) == [
        CERTIFICATE,
        CERTIFICATE,
    ]


def test_after_a_session_with_a_certificate_there_are_no_more_certificate_lines() -> None:
    told = [e.SessionBegan(1), TRUSTED, e.SessionBegan(2), CERTIFICATE, MATCHED, failed(Level.MAY), REUSED]
    assert shown(Show(log=Log.CERTMATCH | Log.UNTRUSTED), *told, TRUSTED) == [REUSED, TRUSTED]


def test_after_an_anonymous_session_the_mask_only_grows() -> None:
    told = [e.SessionBegan(1), ANONYMOUS, e.SessionBegan(2), CERTIFICATE, REUSED, ANONYMOUS]
    assert shown(Show(log=Log.CERTMATCH), *told) == [CERTIFICATE, REUSED, ANONYMOUS]
    assert shown(Show(log=Log.NONE), *told) == [REUSED, ANONYMOUS]


def test_one_mask_for_all_sessions_neither_grows_nor_shrinks() -> None:
    told = [e.SessionBegan(1), TRUSTED, e.SessionBegan(2), CERTIFICATE, MATCHED, REUSED]
    show = Show(log=Log.CERTMATCH, one_mask=True)
    assert shown(show, *told) == [CERTIFICATE, MATCHED]


def test_without_tls_the_mask_stays() -> None:
    assert shown(Show(log=Log.CERTMATCH), e.SessionBegan(2), CERTIFICATE, REUSED) == [CERTIFICATE]


def test_tlsa_records_are_shown_by_the_mask_as_given() -> None:
    for flag in (Log.DANE, Log.VERBOSE):
        assert shown(Show(log=flag), TRUSTED, e.SessionBegan(2), IMPORTED) == [IMPORTED]
    assert shown(Show(log=~(Log.DANE | Log.VERBOSE)), IMPORTED) == []


def test_a_name_without_a_labels_is_mentioned_once() -> None:
    first, other = e.IdnFailed("ü..test", "EMPTY_LABEL"), e.IdnFailed("", "EMPTY_LABEL")
    assert shown(Show(), first, first, other, first) == [first, other]
