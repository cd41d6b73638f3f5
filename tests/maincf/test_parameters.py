import pytest

from pyfinger.errors import UsageError
from pyfinger.events import ConfigRemark, Emit, Event, NameInvalid, WordsRead
from pyfinger.maincf import (
    Machine,
    Parameters,
    fingerprint_digest,
    first_config,
    general_config,
    option_remarks,
    this_machine,
    tls_config,
)
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import Family
from pyfinger.options import Config
from pyfinger.values import replace

MACHINE = Machine("probe.lab.test", "/etc/postfix")
NEW = {"compatibility_level": "3.6"}


def general(entries: dict[str, str], machine: Machine = MACHINE) -> Config:
    return whole(Parameters(entries, ignore), machine)


def whole(parameters: Parameters, machine: Machine = MACHINE, emit: Emit | None = None) -> Config:
    return general_config(parameters, first_config(parameters, machine), machine, emit or ignore)


def ignore(_event: Event) -> None:
    pass


def complaint(entries: dict[str, str]) -> str:
    with pytest.raises(UsageError) as caught:
        tls_config(Parameters(entries, ignore), general(entries))
    return str(caught.value)


def test_the_defaults_are_those_of_config() -> None:
    parameters = Parameters(NEW, ignore)
    config = tls_config(parameters, whole(parameters))
    assert config == Config(myhostname="probe.lab.test")
    assert fingerprint_digest(parameters) == "sha256"


def test_an_old_compatibility_level() -> None:
    parameters = Parameters({}, ignore)
    config = whole(parameters)
    assert not config.smtputf8_enable
    assert fingerprint_digest(parameters) == "md5"
    assert fingerprint_digest(Parameters({"smtp_tls_fingerprint_digest": "sha1"}, ignore)) == "sha1"


@pytest.mark.parametrize(
    ("node", "entries", "name"),
    [
        ("probe", {}, "probe.localdomain"),
        ("probe", {"mydomain": "lab.test"}, "probe.lab.test"),
        ("probe", {"myhostname": "other"}, "other"),
        ("probe.lab.test", {"mydomain": "x.test"}, "probe.lab.test"),
        ("probe", {"myhostname": "mail.$mydomain", "mydomain": "x.test"}, "mail.x.test"),
    ],
)
def test_host_names(node: str, entries: dict[str, str], name: str) -> None:
    assert general(NEW | entries, Machine(node, "")).myhostname == name


def test_settings() -> None:
    config = general(
        {
            "smtputf8_enable": "YES",
            "enable_idna2003_compatibility": "yes",
            "inet_protocols": "ipv6",
            "known_tcp_ports": "x=1",
            "dnssec_probe": "",
            "line_length_limit": " +600",
            "mail_owner": "nobody",
        }
    )
    assert config.smtputf8_enable
    assert config.enable_idna2003_compatibility
    assert config.inet_protocols == (Family.IPV6,)
    assert config.known_tcp_ports == (("x", "1"),)
    assert config.dnssec_probe == ""
    assert config.line_length_limit == 600
    assert config.mail_owner == "nobody"


@pytest.mark.parametrize(
    ("value", "families"),
    [
        ("all", (Family.IPV4, Family.IPV6)),
        ("ipv6, ipv4", (Family.IPV4, Family.IPV6)),
        ("", ()),
        (" , ", ()),
    ],
)
def test_protocols(value: str, families: tuple[Family, ...]) -> None:
    assert general({"inet_protocols": value}).inet_protocols == families


HERE = {Family.IPV4: ("127.0.0.1", "192.0.2.1"), Family.IPV6: ("::1", "fe80::1%lo")}


@pytest.mark.parametrize(
    ("interfaces", "protocols"),
    [
        ("all", "all"),
        ("loopback-only", "all"),
        ("", "all"),
        ("192.0.2.1, ::1 [fe80::1]", "all"),
        ("mail.example.test all", "all"),
        ("192.0.2.9", ""),
    ],
)
def test_interfaces_are_addresses_of_this_machine(interfaces: str, protocols: str) -> None:
    machine = replace(MACHINE, addresses=HERE.__getitem__)
    general({"inet_interfaces": interfaces, "inet_protocols": protocols}, machine)


@pytest.mark.parametrize(
    ("interfaces", "protocols", "problem"),
    [
        ("::1 192.0.2.9", "all", "parameter inet_interfaces: no local interface found for 192.0.2.9"),
        ("192.0.2.9 [::1]", "ipv4", "config variable inet_interfaces: host not found: [::1]"),
    ],
)
def test_interfaces_that_are_not_here(interfaces: str, protocols: str, problem: str) -> None:
    machine = replace(MACHINE, addresses=HERE.__getitem__)
    with pytest.raises(UsageError) as caught:
        general({"inet_interfaces": interfaces, "inet_protocols": protocols}, machine)
    assert str(caught.value) == problem


@pytest.mark.parametrize("value", ["0", "-1", "65536"])
def test_the_window_is_any_number(value: str) -> None:
    general({"tcp_windowsize": value})


def test_tls_settings() -> None:
    parameters = Parameters(
        {"tls_append_default_CA": "yes", "tls_fast_shutdown_enable": "no", "tls_eecdh_auto_curves": ""},
        ignore,
    )
    config = tls_config(parameters, Config())
    assert config.tls_append_default_ca
    assert not config.tls_fast_shutdown_enable
    assert config.tls_eecdh_auto_curves == ""


COMPLAINTS = {
    "compatibility_level=x": 'malformed compatibility level syntax: "x"',
    "smtputf8_enable=maybe": "bad boolean configuration: smtputf8_enable = maybe",
    "inet_protocols=ipv4,IPv6": 'unknown inet_protocols value "IPv6" in "ipv4,IPv6"',
    "myhostname=": "bad string length 0 < 1: myhostname = ",
    "mydomain=": "bad string length 0 < 1: mydomain = ",
    "line_length_limit=abc": "bad numerical configuration: line_length_limit = abc",
    "line_length_limit=": "bad numerical configuration: line_length_limit = ",
    "line_length_limit=12x": "bad numerical configuration: line_length_limit = 12x",
    "line_length_limit=9999999999": "bad numerical configuration: line_length_limit = 9999999999",
    "line_length_limit=99999999999": "bad numerical configuration: line_length_limit = 99999999999",
    "line_length_limit=100": "invalid line_length_limit parameter value 100 < 512",
    "line_length_limit=-5": "invalid line_length_limit parameter value -5 < 512",
    "tcp_windowsize=1k": "bad numerical configuration: tcp_windowsize = 1k",
    "inet_interfaces=192.0.2.1": "parameter inet_interfaces: no local interface found for 192.0.2.1",
    "inet_interfaces=[2001:DB8::1]": "parameter inet_interfaces: no local interface found for 2001:db8::1",
    "myhostname=-x": "file /etc/postfix/main.cf: parameter myhostname: bad parameter value: -x",
    "mydomain=-x": "file /etc/postfix/main.cf: parameter mydomain: bad parameter value: -x",
    "myhostname=$x$": "dictionary mail_dict: macro processing error",
    "tls_medium_cipherlist=": "bad string length 0 < 1: tls_medium_cipherlist = ",
    "tls_dane_digests=": "bad string length 0 < 1: tls_dane_digests = ",
    "tls_append_default_CA=x": "bad boolean configuration: tls_append_default_CA = x",
}


@pytest.mark.parametrize("setting", COMPLAINTS)
def test_complaints(setting: str) -> None:
    name, _, value = setting.partition("=")
    assert complaint({name: value}) == COMPLAINTS[setting]


def test_the_first_complaint_in_order_is_made() -> None:
    entries = dict.fromkeys(("line_length_limit", "smtputf8_enable", "inet_protocols"), "x")
    entries |= {"myhostname": "", "mail_version": "", "postlog_service_name": "", "mail_owner": ""}
    order = ("mail_version", "postlog_service_name", "smtputf8_enable", "inet_protocols")
    for name in (*order, "myhostname", "mail_owner", "line_length_limit"):
        assert name in complaint(entries)
        del entries[name]


def test_what_is_wrong_is_told_first() -> None:
    told: list[Event] = []
    with pytest.raises(UsageError):
        whole(Parameters({"myhostname": "a..b"}, told.append), emit=told.append)
    with pytest.raises(UsageError):
        Parameters({"x": "${y"}, told.append).text("x", "")
    assert told == [
        NameInvalid("misplaced delimiter", "a..b"),
        ConfigRemark('truncated macro reference: "${y"'),
    ]


def test_evaluated_defaults_are_visible_to_later_ones() -> None:
    parameters = Parameters({"b": "<$a>"}, ignore)
    assert parameters.text("b", "") == "<>"
    assert parameters.text("a", "price") == "price"
    assert parameters.text("b", "") == "<price>"  # what is set is evaluated each time
    assert Parameters({"b": "$a"}, ignore).text("b", "") == ""
    assert parameters.text("c", "$a") == "price"
    assert parameters.text("c", "other") == "price"


@pytest.mark.parametrize(
    ("setting", "hostname"),
    [
        ("$mail_version.test", "3.10.13.test"),
        ("x$config_directory", None),
        ("$inet_protocols.test", "all.test"),
        ("$known_tcp_ports", None),
        ("${dnssec_probe?probe.test}", "probe.test"),
        ("${mail_owner:early.test}", "early.test"),  # not evaluated yet
        ("x$smtputf8_enable.test", "xyes.test"),
    ],
)
def test_what_postfix_evaluates_earlier_can_be_referred_to(setting: str, hostname: str | None) -> None:
    entries = {**NEW, "myhostname": setting}
    if hostname is None:
        assert "parameter myhostname: bad parameter value" in complaint(entries)
    else:
        assert general(entries).myhostname == hostname


def test_a_host_name_that_ends_in_a_dot_leaves_no_domain() -> None:
    assert complaint({"myhostname": "a.$mydomain"}) == "bad string length 0 < 1: mydomain = "


def test_this_machine() -> None:
    assert this_machine(SystemEnvironment({})).directory == "/etc/postfix"
    assert this_machine(SystemEnvironment({"MAIL_CONFIG": "/x"})).directory == "/x"
    assert this_machine(SystemEnvironment({})).nodename


def test_openssl_option_words() -> None:
    value = "no_ticket, 0x10 bad,NO_COMPRESSION 0x"
    assert list(option_remarks("tls_ssl_options", value)) == [
        WordsRead(("no_ticket",)),
        ConfigRemark(f'unknown tls_ssl_options value "bad" in "{value}"'),
        WordsRead(("NO_COMPRESSION",)),
        ConfigRemark(f'unknown tls_ssl_options value "0x" in "{value}"'),
    ]
    assert list(option_remarks("tls_disable_workarounds", "CVE-2010-4180")) == [WordsRead(("CVE-2010-4180",))]
    assert list(option_remarks("tls_ssl_options", "0x1ffffffffffffffff"))  # more than 64 bits
    assert list(option_remarks("tls_disable_workarounds", "NO_TICKET"))
