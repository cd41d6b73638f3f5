"""Zstandard decompression (RFC 8878), for certificates (RFC 8879).

`decompress(data, limit)` gives what one or more frames hold, never more than
`limit` bytes, or raises `DecodeError`.  Dictionaries are not supported.  Time
and memory are bounded by the lengths of input and output: all lengths are
checked before anything of that size is made, and decoding tables are paid for
from a budget that grows with `limit` (`bits.py`).

frame -> blocks -> literals -> huffman -> fse -> bits
                -> sequences -----------> fse
"""

from pyfinger.tls.zstd.frame import decompress

__all__ = ["decompress"]
