"""TLS messages decoded as trees, to be looked at: not what the handshake itself goes by.

`Dissector` follows a connection; `fingerprints` sums hellos up.
"""

from __future__ import annotations

from pyfinger.dissect.dissector import Dissected, Dissector, MessageLayer
from pyfinger.dissect.field import Field
from pyfinger.dissect.fingerprints import Ja4, Md5Print, ja3, ja3s, ja4

__all__ = ["Dissected", "Dissector", "Field", "Ja4", "Md5Print", "MessageLayer", "ja3", "ja3s", "ja4"]
