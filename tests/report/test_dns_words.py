"""Names of codes, and of who answers."""

from __future__ import annotations

import dns.edns
import dns.rcode
import pytest

from pyfinger.report.dns_words import EXTENDED_ERRORS, RCODES, extended_error, rcode, software


@pytest.mark.parametrize("code", range(len(RCODES)))
def test_response_codes_have_their_registered_names(code: int) -> None:
    assert rcode(code) in (dns.rcode.to_text(dns.rcode.Rcode(code)), "DSOTYPENI")


@pytest.mark.parametrize("code", dns.edns.EDECode)
def test_extended_errors_have_their_registered_names(code: dns.edns.EDECode) -> None:
    assert EXTENDED_ERRORS[code].upper().replace(" ", "_")[:5] == code.name[:5]


def test_what_has_no_name_has_its_number() -> None:
    assert (rcode(15), extended_error(65535)) == ("RCODE15", "unassigned 65535")


def test_systemd_resolved_is_known_by_its_address() -> None:
    assert software("127.0.0.53") == "systemd-resolved"
    assert not software("127.0.0.54") and not software("127.0.0.53:5353") and not software("")
