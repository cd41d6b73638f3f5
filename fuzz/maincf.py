"""Any main.cf gives a configuration or a UsageError, and nothing else.

What is read back is what was written: a name without blanks, a value without
blanks at its ends.
"""

from __future__ import annotations

from pyfinger.errors import UsageError
from pyfinger.events import ConfigRemark, Event, NameInvalid, WordsRead
from pyfinger.maincf import (
    Machine,
    Parameters,
    fingerprint_digest,
    first_config,
    general_config,
    option_remarks,
    tls_config,
)
from pyfinger.maincf.reader import BLANKS, parse

SEEDS: list[bytes] = [
    b"# comment\ncompatibility_level = 3.6\nmyhostname = mail.$mydomain\nmydomain = example.test\n",
    b"a = 1,\n  2,\n# comment\n\t3\nb=\nknown_tcp_ports = smtp=25, smtps=submissions=465\n",
    b"inet_protocols = ipv4, ipv6\nline_length_limit = 600\nsmtputf8_enable = ${x?{yes}:{no}}\n",
    b"myhostname = h.test\ntls_ssl_options = NO_TICKET, 0x10\ntls_append_default_CA = yes\n",
]

MACHINE = Machine("probe.test", "/etc/postfix")


def check(data: bytes) -> None:
    told: list[Event] = []
    try:
        entries = parse(data.decode("utf-8", "surrogateescape"), "main.cf", told.append)
    except UsageError:
        return
    for name, value in entries.items():
        assert name
        assert not set(name) & set(BLANKS)
        assert value == value.strip(BLANKS)
        assert "\n" not in value
    try:
        _evaluate(Parameters(entries, told.append), told)
    except UsageError:
        pass
    assert all(isinstance(event, ConfigRemark | NameInvalid | WordsRead) for event in told)


def _evaluate(parameters: Parameters, told: list[Event]) -> None:
    first = first_config(parameters, MACHINE)
    config = tls_config(parameters, general_config(parameters, first, MACHINE, told.append))
    assert fingerprint_digest(parameters)
    assert config.line_length_limit >= 512
    assert config.inet_protocols
    told.extend(option_remarks("tls_ssl_options", config.tls_ssl_options))
