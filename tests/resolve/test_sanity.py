"""What is believed of a reply, and what is said about the rest."""

from __future__ import annotations

import pytest

from pyfinger.events import (
    AddressLengthBad,
    ClassUnexpected,
    Event,
    NameInvalid,
    NameMalformed,
    NumericName,
    RecordLimitExceeded,
)
from pyfinger.model import AddressData, DnsStatus, Family, MxData, OtherData, ResourceRecord, SrvData
from pyfinger.resolve.parsed_reply import (
    Alias,
    AnswerRecord,
    BrokenRdata,
    Content,
    Named,
    ParsedReply,
    SpoiltReply,
)
from pyfinger.resolve.sanity import MAX_RECORDS, BelievedReply, believe

ADDRESS = AddressData("192.0.2.1", Family.IPV4)


def found(content: Content, rdtype: str = "MX", owner: str = "a.test") -> AnswerRecord:
    return AnswerRecord(owner, rdtype, 60, content)


def judge(*records: AnswerRecord, name: str = "a.test") -> tuple[BelievedReply, list[Event]]:
    events: list[Event] = []
    return believe(ParsedReply(DnsStatus.OK, found=records), name, events.append), events


def datas(sifted: BelievedReply) -> list[object]:
    return [record.data for record in sifted.records]


def test_failures_pass_through() -> None:
    assert believe(ParsedReply(DnsStatus.RETRY), "a.test", print) == BelievedReply(DnsStatus.RETRY)


def test_records_are_kept_with_their_owner() -> None:
    sifted, events = judge(found(MxData(5, "mx.test"), owner="b.test"))
    assert sifted == BelievedReply(DnsStatus.OK, (ResourceRecord("b.test", 60, MxData(5, "mx.test")),))
    assert events == []


def test_an_alias_alone_is_to_be_followed_the_last_one() -> None:
    sifted, _ = judge(found(Alias("b.test"), "CNAME"), found(Alias("c.test"), "CNAME", "b.test"))
    assert sifted == BelievedReply(DnsStatus.OK, alias="c.test")


def test_records_win_over_aliases() -> None:
    sifted, _ = judge(found(Alias("b.test"), "CNAME"), found(ADDRESS, "A", "b.test"))
    assert (datas(sifted), sifted.alias) == ([ADDRESS], None)


def test_an_alias_wins_over_bad_data() -> None:
    sifted, _ = judge(found(Alias("b.test"), "CNAME"), found(BrokenRdata(3), "A", "b.test"))
    assert sifted.alias == "b.test"


def test_nothing_but_other_types_is_not_what_was_asked_for() -> None:
    assert judge(found(None, "TXT"))[0] == BelievedReply(DnsStatus.UNEXPECTED)
    assert DnsStatus.UNEXPECTED.absent


def test_what_comes_before_a_spoilt_record_is_judged_first() -> None:
    bad = found(ADDRESS, "A", "192.0.2.9")
    events: list[Event] = []
    reply = ParsedReply(DnsStatus.OK, found=(bad,), spoilt=True, bad_class=3)
    assert believe(reply, "a.test", events.append) == BelievedReply(DnsStatus.MALFORMED)
    assert events == [NumericName("resource name", "A", "a.test", "192.0.2.9"), ClassUnexpected(3)]
    null = ParsedReply(DnsStatus.OK, found=(found(MxData(0, "")),), spoilt=True)
    assert believe(null, "a.test", events.append) == BelievedReply(DnsStatus.NULL_MX)
    assert judge(found(SpoiltReply(), "A"))[0] == BelievedReply(DnsStatus.MALFORMED)
    assert judge(found(SpoiltReply(), "A", "-bad.test"))[0] == BelievedReply(DnsStatus.BAD_NAMES)


def test_bad_data_outlives_bad_names() -> None:
    named, broken = found(MxData(5, "-bad.test")), found(BrokenRdata(3))
    assert judge(named, broken)[0] == BelievedReply(DnsStatus.MALFORMED)
    assert judge(broken, named)[0] == BelievedReply(DnsStatus.MALFORMED)


@pytest.mark.parametrize(
    "content", [MxData(5, "192.0.2.9"), SrvData(0, 0, 25, "192.0.2.9"), Named("192.0.2.9", b"")]
)
def test_numeric_targets_are_used_with_a_warning(content: Content) -> None:
    sifted, events = judge(found(content, "XX"))
    assert len(sifted.records) == 1
    assert events == [NumericName("resource data", "XX", "a.test", "192.0.2.9")]


def test_numeric_owners_too() -> None:
    sifted, events = judge(found(ADDRESS, "A", "192.0.2.9"))
    assert datas(sifted) == [ADDRESS]
    assert events == [NumericName("resource name", "A", "a.test", "192.0.2.9")]


def test_a_malformed_target_costs_its_record() -> None:
    bad, good = found(MxData(5, "-bad.test")), found(MxData(6, "mx.test"))
    complaint = [
        NameInvalid("misplaced hyphen", "-bad.test"),
        NameMalformed("resource data", "MX", "a.test", "-bad.test"),
    ]
    sifted, events = judge(bad, good)
    assert (datas(sifted), events) == ([MxData(6, "mx.test")], complaint)
    assert judge(bad) == (BelievedReply(DnsStatus.BAD_NAMES), complaint)


@pytest.mark.parametrize(
    "spoiled", [found(ADDRESS, "A", "b..test"), found(Alias("b..test"), "CNAME"), found(None, "A", "")]
)
def test_a_malformed_owner_or_alias_costs_everything(spoiled: AnswerRecord) -> None:
    sifted, events = judge(found(ADDRESS, "A"), spoiled, found(ADDRESS, "A"))
    assert sifted == BelievedReply(DnsStatus.BAD_NAMES)
    assert len(events) == 2


def test_wildcards_own_records() -> None:
    assert datas(judge(found(ADDRESS, "A", "*.test"))[0]) == [ADDRESS]


def test_the_root_owns_only_what_was_asked_of_it() -> None:
    record = found(Named("ns.test", b"x"), "NS", "")
    assert datas(judge(record, name=".")[0]) == [OtherData(b"x")]
    assert judge(record)[0] == BelievedReply(DnsStatus.BAD_NAMES)


@pytest.mark.parametrize(
    ("content", "status"), [(MxData(0, ""), DnsStatus.NULL_MX), (SrvData(0, 0, 0, ""), DnsStatus.NULL_SRV)]
)
def test_one_null_record_says_no_for_all(content: Content, status: DnsStatus) -> None:
    assert judge(found(MxData(5, "mx.test")), found(content))[0] == BelievedReply(status)


def test_broken_data() -> None:
    assert judge(found(BrokenRdata(3), "A")) == (BelievedReply(DnsStatus.MALFORMED), [AddressLengthBad(3)])
    assert judge(found(BrokenRdata())) == (BelievedReply(DnsStatus.MALFORMED), [])


def test_there_is_a_limit() -> None:
    sifted, events = judge(*[found(ADDRESS, "A")] * (MAX_RECORDS + 5))
    assert len(sifted.records) == MAX_RECORDS
    assert events == [RecordLimitExceeded(MAX_RECORDS, "a.test", "A")]
