"""All rows."""

from __future__ import annotations

from tests.hostile import (
    certificate_rows,
    clear_rows,
    dns_rows,
    file_rows,
    flood_rows,
    handshake_rows,
    session_rows,
    smtp_rows,
)
from tests.hostile.row import Row

ROWS: tuple[Row, ...] = (
    *session_rows.ROWS,
    *smtp_rows.ROWS,
    *clear_rows.ROWS,
    *handshake_rows.ROWS,
    *flood_rows.ROWS,
    *certificate_rows.ROWS,
    *dns_rows.ROWS,
    *file_rows.ROWS,
)
