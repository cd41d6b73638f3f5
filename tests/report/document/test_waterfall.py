"""Where the time went, in rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pyfinger.report.document import Span
from pyfinger.report.document.timeline import WIDTH, waterfall

SPANS = (
    Span("dns", "example.test MX", 0.0, 0.01),
    Span("TLS", "", 0.01, 0.02, 1),
    Span("flight", "server's flight 1", 0.011, 0.01, 1),
    Span("verification", "", 0.025, 0.001, 1),
)


def test_figures() -> None:
    assert waterfall(SPANS, 0.04, bars=False).decode().splitlines() == [
        "    begin        ms  step",
        "      0.0      10.0  dns example.test MX",
        "     10.0      20.0  TLS",
        "     11.0      10.0    server's flight 1",
        "     25.0       1.0    verification",
        "      0.0      40.0  in all",
    ]


def test_what_did_not_come_about_says_so() -> None:
    spans = (Span("connect", "x[192.0.2.1]:25", 0.0, 0.01, failed=True), Span("TLS", "", 0.0, 0.01, 1, True))
    told = waterfall(spans, 0.04, bars=False).decode().splitlines()[1:3]
    assert [line.partition("  ")[2].split("  ")[-1] for line in told] == [
        "connect x[192.0.2.1]:25, failed", "TLS, failed",
    ]  # fmt: skip


def test_bars_stand_where_the_time_went() -> None:
    rows = waterfall(SPANS, 0.04, bars=True).decode().splitlines()
    assert rows[1].endswith("########") and rows[2].rstrip("#").endswith(" ")
    assert [row.index("#") for row in rows[1:3]] == [46, 46 + 8]
    assert rows[2].count("#") == 17


@given(
    st.lists(
        st.builds(Span, st.text(), st.text(), st.floats(0, 100), st.floats(0, 100), st.just(1)), max_size=5
    ),
    st.floats(0, 100),
    st.booleans(),
)
def test_rows_fit_and_are_printable(spans: list[Span], total: float, bars: bool) -> None:
    rows = waterfall(spans, total, bars=bars).decode("ascii").splitlines()
    assert len(rows) == len(spans) + 2
    assert all(row.isprintable() for row in rows)
    if bars and total >= 1e-6:
        assert all(len(row) <= WIDTH for row in rows[1:-1])


def test_nothing_at_all() -> None:
    assert len(waterfall((), 0.0, bars=True).splitlines()) == 2
    assert b"#" not in waterfall(SPANS, 5e-324, bars=True)
