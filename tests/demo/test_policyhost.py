"""The demo's web server, without sockets."""

from __future__ import annotations

import pytest

from pyfinger.demo.plan import PLANS, ServerPlan, Sts
from pyfinger.demo.policyhost import policy_host, policy_text, records_of

PATH = b"/.well-known/mta-sts.txt"


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (b"GET " + PATH + b" HTTP/1.1\r\nHost: mta-sts.good.demo.test\r\n\r\n", b"200"),
        (b"GET " + PATH + b" HTTP/1.1\r\nX: y\r\nHOST: MTA-STS.good.demo.test:443\r\n\r\n", b"200"),
        (b"GET " + PATH + b" HTTP/1.1\r\nHost: mta-sts.insecure.unsigned.test\r\n\r\n", b"301"),
        (b"GET " + PATH + b" HTTP/1.1\r\nHost: mta-sts.dane.demo.test\r\n\r\n", b"404"),
        (b"GET / HTTP/1.1\r\nHost: mta-sts.good.demo.test\r\n\r\n", b"404"),
        (b"GET " + PATH + b" HTTP/1.1\r\n\r\n", b"400"),
        (b"POST " + PATH + b" HTTP/1.1\r\nHost: mta-sts.good.demo.test\r\n\r\n", b"400"),
        (b"\r\n\r\n", b"400"),
    ],
)
def test_the_host_of_a_request_chooses_the_answer(request_text: bytes, status: bytes) -> None:
    assert policy_host(PLANS, (3, 4)).answer(request_text).split(b" ")[1] == status


def test_a_domain_without_policy_has_no_records_of_one() -> None:
    assert records_of(ServerPlan("x", ""), "127.0.0.1") == {}
    assert len(records_of(ServerPlan("x", "", sts=Sts.ENFORCE), "127.0.0.1")) == 3


def test_the_policy_lists_the_mail_server() -> None:
    assert "mode: testing\r\nmx: mx.x.demo.test\r\n" in policy_text(ServerPlan("x", "", sts=Sts.TESTING))
