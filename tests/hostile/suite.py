"""All rows."""

from __future__ import annotations

from tests.hostile import certificate_rows, dns_rows, file_rows, session_rows, smtp_rows, tls_rows
from tests.hostile.row import Row

ROWS: tuple[Row, ...] = (
    *session_rows.ROWS,
    *smtp_rows.ROWS,
    *tls_rows.ROWS,
    *certificate_rows.ROWS,
    *dns_rows.ROWS,
    *file_rows.ROWS,
)
