"""A check in which everything is there that a page can show."""

from __future__ import annotations

from pyfinger.check.report_model import (
    AddressCheck,
    ChainCheck,
    CheckExplanation,
    CheckReport,
    CheckVerdict,
    DeliveryCheck,
    DomainCheck,
    ExplainedSituation,
    HostCheck,
    KeyAlgorithm,
    RecordCheck,
    RecordMatch,
    SenderDecision,
    SenderKind,
    SituationPlace,
    StsCheck,
    StsHostCheck,
    TlsrptCheck,
)
from pyfinger.dane.remarks import RecordRemark, RemarkKind
from pyfinger.model import Family, Level, LookupKind, ResultType, TlsaRecord, TlsaStatus
from pyfinger.policy.mta_sts import StsMode
from pyfinger.policy.sender import Action, Basis, SenderReason
from pyfinger.report.document import Outcome
from pyfinger.report.document.findings import Delivery, Finding, Situation, Weight
from tests.page.hostile import Wording, plain

BEGAN = 1_795_876_687.25
ENDS = 4_102_444_800
_HOST, _ADDRESSES = "mx1.example.test", ("192.0.2.1", "2001:db8::1")


def full_check(say: Wording = plain) -> CheckReport:
    """Every text that comes from outside is what `say` makes of it."""
    return CheckReport(
        verdict=CheckVerdict.DEGRADED,
        level=Level.DANE,
        began=BEGAN,
        seconds=3.625,
        planned=9,
        connections=7,
        interruption=say("interrupted"),
        domains=(_domain(say), _unknown(say)),
    )


def _unknown(say: Wording) -> DomainCheck:
    reason, verdict = say("no name server replies"), CheckVerdict.COULD_NOT_TELL
    host = HostCheck(say("mx.example.test"), 25, 10, verdict, say("no address"))
    domain = say("example.net")
    return DomainCheck(domain, LookupKind.MX, verdict, reason, Outcome.DNS_TEMPORARY, hosts=(host,))


def _domain(say: Wording) -> DomainCheck:
    host = say(_HOST)
    return DomainCheck(
        domain=say("example.test"),
        lookup=LookupKind.MX,
        verdict=CheckVerdict.DEGRADED,
        reason=say("mx1.example.test: no matching DANE TLSA records"),
        outcome=Outcome.NOT_MET,
        secure=True,
        hosts=(_host(say, host), _busy(say)),
        sts=_sts(say),
        tlsrpt=TlsrptCheck(CheckVerdict.OK, say("there is a record"), (say("mailto:a@example.test"),)),
        explained=_explanation(say, host),
    )


def _host(say: Wording, host: str) -> HostCheck:
    record = TlsaRecord(3, 1, 1, bytes(32))
    remark = RecordRemark(
        RemarkKind.DUPLICATE, say("the same twice"), "RFC 7671 section 5", action=say("Leave one")
    )
    matches = (RecordMatch(_ADDRESSES[0], KeyAlgorithm.ECDSA),)
    return HostCheck(
        host=host,
        port=25,
        preference=10,
        verdict=CheckVerdict.DEGRADED,
        reason=say("RSA: no matching DANE TLSA records"),
        level=Level.DANE,
        tlsa_status=TlsaStatus.USABLE,
        base_domain=say(_HOST),
        records=(
            RecordCheck(record, CheckVerdict.OK, say("matches ECDSA"), matches, (remark,)),
            RecordCheck(TlsaRecord(2, 0, 2, b""), CheckVerdict.NEVER_MATCHED, say("matches no chain")),
        ),
        remarks=(remark,),
        publish=(say("_25._tcp.mx1.example.test. IN TLSA 3 1 1 00"),),
        addresses=tuple(_address(say, one) for one in _ADDRESSES),
    )


def _busy(say: Wording) -> HostCheck:
    verdict, reason = CheckVerdict.COULD_NOT_TELL, say("greeting: 421 too many connections")
    chain = ChainCheck(KeyAlgorithm.ECDSA, verdict, reason, reply_code=421, connected=True)
    address = AddressCheck("192.0.2.9", Family.IPV4, False, verdict, reason, (chain,))
    return HostCheck(say("mx2.example.test"), 25, 20, verdict, reason, addresses=(address,))


def _address(say: Wording, address: str) -> AddressCheck:
    return AddressCheck(
        address,
        Family.IPV6 if ":" in address else Family.IPV4,
        True,
        CheckVerdict.DEGRADED,
        say("RSA: no matching DANE TLSA records"),
        (
            _chain(say, KeyAlgorithm.ECDSA, CheckVerdict.OK, (0,)),
            _chain(say, KeyAlgorithm.RSA, CheckVerdict.FAILED, ()),
            ChainCheck(KeyAlgorithm.EDDSA, CheckVerdict.NOT_OFFERED, say("no such key"), connected=True),
        ),
    )


def _chain(
    say: Wording, algorithm: KeyAlgorithm, verdict: CheckVerdict, matched: tuple[int, ...]
) -> ChainCheck:
    return ChainCheck(
        algorithm=algorithm,
        verdict=verdict,
        reason=say("matches record 1" if matched else "no matching DANE TLSA records"),
        outcome=Outcome.MET if matched else Outcome.NOT_MET,
        connected=True,
        protocol="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        group="X25519MLKEM768",
        key="EC prime256v1",
        subject=say("/CN=mx1.example.test"),
        issuer=say("/O=Example/CN=Example CA"),
        names=(say("DNS:mx1.example.test"), say("DNS:*.example.test")),
        not_after=ENDS,
        certificate_digest=bytes(32),
        key_digest=bytes(range(32)),
        certificates=2,
        matched=matched,
    )


def _explanation(say: Wording, host: str) -> CheckExplanation:
    place = SituationPlace(host, _ADDRESSES[0], KeyAlgorithm.RSA)
    return CheckExplanation(
        level=Level.DANE,
        account=(say("The MX records are signed."),),
        deliveries=(DeliveryCheck(place, Level.DANE, Delivery.DEFERRED),),
        situations=(ExplainedSituation(_finding(say), (place, SituationPlace())),),
    )


def _finding(say: Wording) -> Finding:
    return Finding(
        situation=Situation.TLSA_ABSENT,
        weight=Weight.FAILURE,
        subject=say(_HOST),
        text=say("None of the records vouches for what the server showed."),
        advice=say("Publish what the server shows."),
        reference="RFC 7671 section 5.1",
        result=ResultType.CERTIFICATE_NOT_TRUSTED,
        publish=(say("_25._tcp.mx1.example.test. IN TLSA 3 1 1 01"),),
    )


def _sts(say: Wording) -> StsCheck:
    decision = SenderDecision(
        SenderKind.BOTH,
        Action.SKIP,
        Basis.DANE,
        SenderReason.TLSA_FAILS,
        "RFC 8461 section 2",
        ResultType.CERTIFICATE_NOT_TRUSTED,
        (KeyAlgorithm.RSA,),
    )
    hosts = (StsHostCheck(say(_HOST), CheckVerdict.FAILED, say("*.example.test"), (decision,)),)
    return StsCheck(
        verdict=CheckVerdict.FAILED,
        reason=say("mx1.example.test: not valid"),
        id=say("20260101"),
        policy_host=say("mta-sts.example.test"),
        connected=True,
        mode=StsMode.ENFORCE,
        mx=(say("*.example.test"),),
        max_age=604800,
        result=ResultType.STS_POLICY_INVALID,
        hosts=hosts,
        situations=(_finding(say),),
    )
