from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pytest

from pyfinger.cli.evaluate import Invocation, evaluate
from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.errors import SyntaxProblem, UsageError
from pyfinger.events import (
    AnchorFileUnreadable,
    AuthoritiesRefused,
    ChainFilesRefused,
    ConfigRemark,
    DigestDefaulted,
    DigestUnknown,
    DisplayChosen,
    Event,
    LogWordUnknown,
    MatchIgnored,
    TlsInitialized,
    TlsProblem,
    WordsRead,
)
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import Family, Level
from pyfinger.options import Config, Log, Options, Show, Validation
from pyfinger.x509.distinguished_names import parse_name
from pyfinger.x509.trust_store import EMPTY


class Evaluate(Protocol):
    """Evaluates option words with an empty environment and main.cf."""

    told: list[Event]

    def __call__(self, *words: str, **environment: str) -> Invocation: ...


@pytest.fixture
def main_cf(tmp_path: Path) -> Callable[[str], None]:
    """Writes the main.cf that is read."""
    path = tmp_path / "main.cf"

    def write(text: str) -> None:
        path.write_text(text)

    write("compatibility_level = 3.10\nmyhostname = probe.lab.test\n")
    return write


@pytest.fixture
def run(tmp_path: Path, main_cf: Callable[[str], None]) -> Evaluate:
    class Runner:
        told: list[Event]

        def __call__(self, *words: str, **environment: str) -> Invocation:
            self.told = []
            host = SystemEnvironment({"MAIL_CONFIG": str(tmp_path)} | environment)
            return evaluate(["prog", *words], host, self.told.append)

    return Runner()


CONFIG = Config(myhostname="probe.lab.test")


def test_the_defaults(run: Evaluate) -> None:
    found = run("x.test")
    assert found == Invocation(Options("x.test", config=CONFIG), Show(), None)
    assert run.told == [DisplayChosen(Show(), utf8=True), TlsInitialized()]


def test_every_option_has_its_field(run: Evaluate) -> None:
    found = run(
        *("-l", "verify", "-a", "IPv6", "-h", "native,dns", "-SRwfx", "-M", "may", "-t", "5", "-T", "6"),
        *("-r", "-2", "-m", "3", "-p", "TLSv1.3", "-g", "high", "-s", "nexthop", "-d", "SHA1", "x.test", "a"),
    )
    assert found.options == Options(
        "x.test",
        match=("a",),
        level=Level.VERIFY,
        preferred_family=Family.IPV6,
        lookups=frozenset({"dns", "native"}),
        lmtp=True,
        srv=True,
        wrapper=True,
        force_tlsa=True,
        insecure_mx_level=Level.MAY,
        connect_timeout=5,
        command_timeout=6,
        reconnect_delay=-2,
        reconnect_limit=3,
        protocols="TLSv1.3",
        grade="high",
        servername="nexthop",
        digest="SHA1",
        raw_public_keys=True,
        config=CONFIG,
    )


def test_files(run: Evaluate) -> None:
    found = run(
        "-F", "ca", "-P", "dir", "-A", "a", "-A", "b", "-H", "c, d", "-H", "e", "-r", "7", "x"
    ).options
    assert (found.ca_file, found.ca_path, found.anchor_files) == ("ca", "dir", ("a", "b"))
    assert (found.chain_files, found.reconnect_delay) == (("c", "d", "e"), 7)


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (["-k", "c"], ("c", "c")),
        (["-K", "k"], ("k", "k")),
        (["-k", "c", "-K", "k"], ("c", "k")),
        (["-K", "k", "-k", "c"], ("c", "k")),
        (["-k", "c", "-k", "d"], ("d", "c")),
        (["-H", "", "-k", "c"], ("c", "c")),
    ],
)
def test_certificate_and_key_stand_in_for_each_other(
    run: Evaluate, words: list[str], files: tuple[str, str]
) -> None:
    found = run(*words, "x").options
    assert (found.cert_file, found.key_file) == files


def test_our_own_keys(run: Evaluate, tmp_path: Path) -> None:
    issued = make_leaf("client.test", make_ca("CN=Test CA"))
    good, bad = tmp_path / "good.pem", tmp_path / "bad.pem"
    good.write_text(issued.key.pem + issued.chain_pem)
    bad.write_text(issued.chain_pem)
    found = run("-k", str(good), "x")
    assert [own.certificates for own in found.credentials] == [issued.chain]
    assert run("-H", str(good), "x").credentials == run("-H", f",{good} ", "x").credentials != ()
    assert not found.options.tls_disabled
    found = run("-H", f"{bad},", "-H", "", "x")
    assert found.options.tls_disabled and not found.credentials
    assert run.told[-1] == ChainFilesRefused(f"{bad},, ")
    assert not run("-l", "none", "-H", str(bad), "x").options.tls_disabled  # not even read
    run("-F", str(tmp_path / "nosuch"), "-H", str(bad), "x")
    assert not any(isinstance(event, ChainFilesRefused) for event in run.told)


def test_what_to_show(run: Evaluate) -> None:
    assert run("-cC", "-vv", "-L", "none", "x").show == Show(Log.NONE, chat=False, chain=True, verbose=2)
    assert run("-v", "x", MAIL_VERBOSE="").show.verbose == 2


def test_a_resolver(run: Evaluate) -> None:
    found = run("--resolver", "192.0.2.1:5353", "x").resolver
    assert found == NameService((NameServer("192.0.2.1", 5353),))
    with pytest.raises(UsageError, match=r"ns\.test"):
        run("--resolver", "ns.test", "x")


ROOT_KEY = ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"


def test_who_vouches_for_dns(run: Evaluate) -> None:
    for words, validation in (
        ([], Validation.RESOLVER),
        (["--dnssec", "resolver"], Validation.RESOLVER),
        (["--dnssec=OWN"], Validation.OWN),
        (["--validate"], Validation.OWN),
        (["--validate", "--dnssec=own"], Validation.OWN),
        (["--dnssec=own", "--dnssec=both"], Validation.BOTH),
    ):
        found = run(*words, "x")
        assert found.options.validation is validation
        assert (found.trust.dnssec is None) is (validation is Validation.RESOLVER)
        assert found.trust.dnssec is None or found.trust.dnssec.zones == (".",)


def test_trust_anchors_of_dnssec(run: Evaluate, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text(f"; the root's\n{ROOT_KEY}")
    two.write_text(ROOT_KEY.replace(". DS", "lab.test. 3600 IN DS", 1))
    found = run("--validate", "--dnssec-anchor", str(two), "--dnssec-anchor", str(one), "x").trust.dnssec
    assert found is not None and set(found.zones) == {".", "lab.test"}
    assert run("--dnssec=both", "--dnssec-anchor", str(two), "x").trust.dnssec is not None


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--validate", "--dnssec=both"], "--validate is --dnssec=own, and does not go with --dnssec=both"),
        (["--dnssec-anchor", "x"], "--dnssec-anchor goes with --dnssec=own and --dnssec=both only"),
        (["--validate", "--dnssec-anchor", "/nonexistent"], "/nonexistent: No such file or directory"),
        (["--validate", "--dnssec-anchor", "/dev/null"], "/dev/null: no trust anchor"),
    ],
)
def test_what_does_not_go_with_validation(run: Evaluate, words: list[str], complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(*words, "x")
    assert str(caught.value) == complaint


def test_a_trust_anchor_that_is_none_is_named_with_its_place(run: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text(f"{ROOT_KEY}. NS a.root-servers.net.\n")
    with pytest.raises(UsageError, match=r"bad: line 2: neither a DS nor a DNSKEY record"):
        run("--validate", "--dnssec-anchor", str(tmp_path / "bad"), "x")


def test_unknown_log_words_are_told_three_times(run: Evaluate) -> None:
    found = run("-L", "routine,nosuch", "x")
    assert found.show.log == Log.NONE
    assert run.told == [
        LogWordUnknown("nosuch", "routine,nosuch"),
        LogWordUnknown("nosuch", "routine,nosuch"),
        DisplayChosen(found.show, utf8=True),
        LogWordUnknown("nosuch", "routine,nosuch"),
        TlsInitialized(),
    ]


@pytest.mark.parametrize("release", ["3.10", "3.11"])
def test_sessions_of_older_releases_read_no_log_words(run: Evaluate, release: str) -> None:
    assert run("--like", release, "-v", "-L", "routine,nosuch", "x").each_session == ()


def test_each_session_of_3_12_reads_the_log_words_again(run: Evaluate) -> None:
    unknown = LogWordUnknown("nosuch", "routine,nosuch")
    assert run("--like=3.12", "-L", "routine", "x").each_session == ()
    assert run("--like=3.12", "-L", "routine,nosuch", "x").each_session == (unknown,)
    found = run("--like=3.12", "-v", "-L", "routine,nosuch", "x")
    assert found.each_session == (WordsRead(("routine",)), unknown)


def test_or_twice_without_tls(run: Evaluate) -> None:
    run("-l", "none", "-L", "nosuch", "x")
    assert run.told.count(LogWordUnknown("nosuch", "nosuch")) == 2
    assert TlsInitialized() not in run.told


def test_parameters_are_set_by_the_file_and_by_options(run: Evaluate, main_cf: Callable[[str], None]) -> None:
    main_cf("myhostname = a.test\nline_length_limit = 600\n")
    config = run("-o", "myhostname = b.test", "x").options.config
    assert (config.myhostname, config.line_length_limit) == ("b.test", 600)
    assert not config.smtputf8_enable
    assert run.told[0] == DisplayChosen(Show(), utf8=False)


def test_the_digest(run: Evaluate, main_cf: Callable[[str], None]) -> None:
    main_cf("myhostname = a.test\n")
    assert run("x").options.digest == "md5"
    assert run("-o", "compatibility_level=3.6", "x").options.digest == "sha256"
    assert run("-o", "smtp_tls_fingerprint_digest=sha1", "x").options.digest == "sha1"
    assert run("-d", "sha512", "x").options.digest == "sha512"


def test_an_unknown_digest_disables_tls(run: Evaluate) -> None:
    found = run("-d", "sha257", "-o", "tls_ssl_options=nosuch", "x").options
    assert found.tls_disabled
    assert run.told[1:] == [TlsInitialized(), DigestUnknown("sha257")]


def test_so_does_a_relative_tls_config_file(run: Evaluate) -> None:
    assert run("-o", "tls_config_file=some.cnf", "-d", "sha257", "x").options.tls_disabled
    assert run.told[2:] == [
        ConfigRemark(
            "non-default tls_config_file = some.cnf is not an absolute pathname, disabling TLS support"
        )
    ]
    assert not run("-o", "tls_config_file=/some.cnf", "x").options.tls_disabled


def test_what_is_trusted(run: Evaluate, tmp_path: Path) -> None:
    root = make_ca("CN=Root")
    (tmp_path / "root.pem").write_text(root.pem)
    file = str(tmp_path / "root.pem")
    trust = run("-l", "secure", "-A", file, "-F", file, "x").trust
    assert [record.data for record in trust.anchors] == [root.der, root.der]
    assert trust.store.by_subject(parse_name(root.subject))
    assert run("-A", file, "x").trust.anchors == ()
    assert run("-l", "none", "-F", "/nonexistent", "x").trust.store == EMPTY


def test_authorities_that_cannot_be_loaded_disable_tls(run: Evaluate) -> None:
    assert run("-v", "-F", "/nonexistent", "-o", "tls_ssl_options=nosuch", "x").options.tls_disabled
    told = run.told[run.told.index(TlsInitialized()) :]
    assert [type(event) for event in told[1:]] == [ConfigRemark, AuthoritiesRefused, *[TlsProblem] * 3]
    run("-F", "/nonexistent", "-d", "sha257", "x")
    assert not any(isinstance(event, AuthoritiesRefused) for event in run.told)


def test_trust_anchor_files_come_before_tls(run: Evaluate) -> None:
    with pytest.raises(UsageError, match="trust anchor file"):
        run("-l", "secure", "-A", "/nonexistent", "-L", "nosuch", "-F", "/nonexistent")
    assert run.told.count(LogWordUnknown("nosuch", "nosuch")) == 2
    assert isinstance(run.told[-1], AnchorFileUnreadable)


def test_openssl_words_are_looked_at(run: Evaluate) -> None:
    run("-o", "tls_ssl_options=nosuch", "x")
    assert ConfigRemark('unknown tls_ssl_options value "nosuch" in "nosuch"') in run.told


def test_tls_parameters_do_not_matter_without_tls(run: Evaluate) -> None:
    found = run("-l", "none", "-o", "tls_medium_cipherlist=", "-d", "sha257", "x").options
    assert not found.tls_disabled
    with pytest.raises(UsageError, match="bad string length"):
        run("-o", "tls_medium_cipherlist=", "x")


@pytest.mark.parametrize("level", ["none", "may", "encrypt"])
def test_match_arguments_are_ignored_where_nothing_is_matched(run: Evaluate, level: str) -> None:
    found = run("-l", level, "x", "-c", "y").options
    assert found.match == ("-c", "y")
    assert run.told.count(MatchIgnored(Level[level.upper()])) == 1
    run("-l", level, "x")
    assert not any(isinstance(event, MatchIgnored) for event in run.told)


def test_an_md5_default_is_told_for_each_fingerprint(run: Evaluate, main_cf: Callable[[str], None]) -> None:
    main_cf("myhostname = a.test\n")
    run("-l", "fingerprint", "x", "AA", "BB")
    assert run.told.count(DigestDefaulted()) == 2
    for choice in (["-d", "md5"], ["-o", "smtp_tls_fingerprint_digest=md5"], ["-l", "secure"]):
        run("-l", "fingerprint", *choice, "x", "AA")
        assert DigestDefaulted() not in run.told


# Every two complaints in a row: the first is made.
IN_ORDER = [
    (["-M", "bad"], "bad '-M' option value: bad"),
    (["-a", "bad"], "bad '-a' option value: bad"),
    (["-X", "-r", "0"], "The -X and -r options are mutually exclusive"),
    (["-h", "bad"], 'unknown -h option value "bad" in "bad"'),
    (
        ["-H", "h", "-K", "k"],
        "When the '-H' option is used, neither the '-k', nor the '-K' options may be used",
    ),
    (["-l", "bad"], 'Invalid TLS level "bad"'),
    (["-w", "-l", "none"], "SSL wrapper mode requires that TLS not be disabled"),
    (["-X"], "-X is not possible: there is no tlsproxy(8) service outside Postfix"),
    (["--resolver", "bad"], "bad name server address: bad"),
    (["--dnssec", "mine"], "bad '--dnssec' option value: mine (one of: resolver, own, both)"),
    (["-t", "0"], "bad '-t' option value: 0"),
    (["-T", "x"], "bad '-T' option value: x"),
    (["-o", "smtputf8_enable=x"], "bad boolean configuration: smtputf8_enable = x"),
    (
        ["-o", "smtp_tls_fingerprint_digest="],
        "bad string length 0 < 1: smtp_tls_fingerprint_digest = ",
    ),
    (["-l", "secure", "-A", "/nonexistent"], "Failed to load trust anchor file: /nonexistent"),
]


@pytest.mark.parametrize(("words", "complaint"), IN_ORDER)
def test_complaints(run: Evaluate, words: list[str], complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(*words)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(("first", "second"), list(pairwise(IN_ORDER)))
def test_the_first_complaint_is_made(
    run: Evaluate, first: tuple[list[str], str], second: tuple[list[str], str]
) -> None:
    if "-l" in first[0] and "-l" in second[0]:
        return  # its value cannot be wrong in two ways
    with pytest.raises(UsageError) as caught:
        run(*second[0], *first[0])
    assert str(caught.value) == first[1]


def test_a_missing_destination_is_noticed_last(run: Evaluate) -> None:
    with pytest.raises(SyntaxProblem, match=r"^$"):
        run("-c", "--")
    assert run.told[-1] == TlsInitialized()


def test_main_cf_comes_before_the_options(run: Evaluate, main_cf: Callable[[str], None]) -> None:
    main_cf("nonsense\n")
    with pytest.raises(UsageError, match="missing '='"):
        run("-Z")
