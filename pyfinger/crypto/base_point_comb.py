"""Multiples of the base point of Curve25519, by a comb on its Edwards form (RFC 7748 section 4.1).

A scalar n below 2^260 and odd is a sum of 2^i, each with a sign.  Bits 52 apart are taken
together: of the sums that five of them make, up to the sign of all, there are sixteen,
and a second table has them times 2^26, so that 26 doublings and 52 additions do
(Lim and Lee 1994; Hamburg 2012 for the signs).  A ladder would take 255 of each.

Not constant in time; see the package's contract.
"""

from __future__ import annotations

from binascii import a2b_base64
from functools import cache
from typing import TypeAlias

from pyfinger.crypto.integers import Maker, integer_type

Entry: TypeAlias = tuple[int, int, int]  # y + x, y - x, 2dxy

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_TWICE_D = 2 * -121665 * pow(121666, -1, _PRIME) % _PRIME

_TEETH = 5
_SPACING = 52  # bits between teeth
_HALF = 26  # columns of a table
_BITS = _TEETH * _SPACING

# x and y, with the octets of the least value first: of 2^208 B with 2^156 B, 2^104 B, 2^52 B and B
# subtracted, or added for bits 3, 2, 1 and 0 of the row's number; then the same times 2^26.
_POINTS = """
G6XLn9K4NonunVNXS0D0je6nY5tFMKIMqQPCiUlbPgJfW7JUXrERANb0RzWJu5jv09Hkt6G3R5satx2oqsbjZQ==
fGE4j5wMWM5OZ7hczCIy+6Mc4KxR2cRJlQ4etrV6DkogFTf8LLkihYl9C79/d17dAA08WRQBbzK8KiZNwLnTCw==
GMYdfQVDkMecD10RwEUKWYpFv4X3E+nrGg/i+NgQPixU5pXyfDVZMJ6xiLdCdBDFBf1hd/eXJKw5ShdmuGp7QQ==
ScmwbYJpP1KexrL4Z2KkuxyJs5Ec6kI5/WwJEnaJkXC6UWICK6BVPoD7JUbRfE557wtZVW503A7rKGydXqSIMg==
tapx2gGpSOCkUKEpggrHBog/YTAuz+n6Tngm7i0KEXIfCFiTjmPBinmKBMYL7NVUx+MFK0wPGbI50XwWj/l5KA==
Q0JUFsb10tsaT8c05TuphIP4IHp6TDNIpPDfI4cXUkpse/TegWdKZlCDL5LK8Tml4lLJ+lcjteWt0m7ZEEYRcg==
UFBdQuYprPaVE0RFXxqoj4uy9lQlA9Wxlq+R67KaFnYqIxUG2sDo2uUSq5301tmgVhm/pgjXzy/GDUznrAfIdQ==
h8PNtldgnO49YJMPmJNTzjqGoA6BsU2aw5YXaAJ0jUPXs7iwUebv6xXQxwnIwyudKlrT/Ibe5DS/Y7K7OGPfRg==
Co/69nd7hQKhLAJ5OyhJhP0xu1mDySu+qRnCZXN8Hxyvq2gCUq+WzmlI/83AJl2j93QVAt7VwXZv4VYLW4rIXA==
NtpeWX2wh8QpRTbUwoU+w9xn5+OP9X/dwvs/L/PcvjsPKZLCSVrRtlIEQy4bIKhzRiTxHjnr9k7NO3QaeeqdOQ==
UGHptVp0ztXf6xkgOP5th8g5KquqMMxT5N0vrchmxgoHAXGcBqFj57nqksuurkZ6lWPJBYR5NH2G0gH8ZhAdbQ==
O7FTYqr9hrCrxPBJgepeU9ymCI8AiP+YDOhVjBiVmTXKx72W1YcCRwSnO5iprLW+5ZqW2xpvf943BHJRMtUdMw==
ijCU6Iq1WWIQZ0hMy+g3GWYDE7jEB9sSbVasDNRuFnC1oV5dnaw2uM28ZEJ5E1yeABGJ6VQzJyNYEtSeLR6mQA==
68VC/pb8/e7L9iunN53O7A9b10HbpAj0mqWbD9ORuyrLN6SEzbkp9gvRh3myqCmIAh8G9t9WwB/1Ejlc5ZNVZQ==
jIPWxHi5t04Rin7lNcXaPYphfk1ws1TkQ8XqA7USDT+MrmZC3q6T1Szn/UlD2RLhVZPiJF1YMjgR+1eva4dqAA==
gkXOxaKhe+kKv6YpWtoJ39SaTBs+oqsxNEaWwFR38lm/Iu0cGqW8cSoGhFwmjkzsXrGOaBSNZHTCDhigMFuwGQ==
tvEea4Jf331Sl562i+dG2kr7aYfUA04bogcxhUWWfUx9gzRsgxCfrgskroBATDGtnR3x7Gz76l92cy8FBhkqAg==
L9XngZQIWt2mXb4JOk0h6wWJ77AL7BgXw2BgFqDngn3OXG7mTUv3XUD/L53zgoGtI1GPZj84wK89Iu61tAIQKw==
Pz2jNOnYAdrHu+T2i6g907yt1MB8nfU3Kvknzj0ogBtccelBx9D5ppKeVlVuHZBXXa/kPOh2ZdtncqEW2I3gQA==
evX60B+bMNcXM70rtt91m8omKhQ5sYaiphGuW9vCbmcvQpkbovWuQlqV2yFn338npT8vEeGRIz8Wap70gDD1Bg==
2t5SfDIfixOJn5RekRCBoXpS37z7KfSMBv9/r6HU91xz5tnvR6KftQAaQCJmV8VpjL4P6KkGkKLsHuDPgwplEg==
OzBO/JkxThL4L9SjSco9mcNEoGJbdVlS9NJjz8Q8VlouLZL4kvhoB//FbO+SIo1R8LzQYEkkRRZHxn5yKNoBLA==
YzXarV3XXmhSqLk9Kk+EbJ5POxZ1YUJREb04Agb0VU8TNVXQ1gsLnWftw9YOmDx204Hj7C/TRmDLDBW0doJRUg==
AmNF4XC72A9I3CXWUC14GfptT1Ky2UHQdTeSstV8lzzLGLgKu5YRuC/PpunAgV/XmHVGvtnFbFv9GbwrJX3oUQ==
Tp+9WKzvf9KiC+ROeRvVp7+WtggidwhZNYqfSHIES0/waZuophsJumbXlo4kJjrUAGzysUyk+gJPYQLnH3mofg==
cvwqkcEm/HfWySnoujCdh7BlYyBhaoF+6/Tns97ReGb2df1YDANJYYA7ED0WpFSQrrPtdR/7f0eMl6QLVx0WMQ==
Hc8wa4JhXllNlm38c880sL7/P/NjbOWC1XrjhvxbgxuoV3GF7XRMps1LX7ugPbEJDHCX5ykAGLVMfAXNKo7mMw==
YfNRmDsJGj1Zg0cm4LuruUoJmoIIL2r2xAPlRRxJ7CCTlXors9HmU+FDOvCRvjOcBWdy3Tcd3zDQTrpbi/8EXA==
tyDWmmx643845wOiF60pfA7TsdED4bk+PggeiEcolj2YslME0X0G3XjeJi7zFwGTO6GogY1KYmfDVOMP0bn5VA==
bS2OOlvvcyBnUeHWknGhPeaUY+qTX40+pzXUgZJ7SjgqMlPyVYQltnJZFPZAg8+ZPqGJwVUxrFDapDpw2LvnBA==
fGBgfH+kG8Sw1Zvjl1ANlpdOk9IFZ96Z91MbRyk0bEmMy2YQSmdnvbUX/eazpf3zJC1Lk1YRH5eDZT5Lf6SKSg==
o0rigDycPvDIYmC9sNsXD3oqTbbSlxoyMIFJo3BGpi39FpllXNe0JlkzIRxUZdvBiE31XD15AbrP1Fk/DKYXeA==
"""


@cache
def _tables(maker: Maker) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    entries = []
    for line in _POINTS.split():
        octets = a2b_base64(line)
        x, y = (maker(int.from_bytes(half, "little")) for half in (octets[:32], octets[32:]))
        entries.append((y + x, y - x, x * y * _TWICE_D % _PRIME))
    return tuple(entries[:16]), tuple(entries[16:])


def public_coordinate(scalar: int) -> int:
    """u of that multiple of the base point, which is not a multiple of its order."""
    odd = scalar % _ORDER
    odd += _ORDER * (1 - odd % 2)
    signs = odd + (1 << _BITS) - 1 >> 1  # where a bit is 1, 2^i is added, else subtracted
    maker = integer_type()
    y, z = _multiply(f"{signs:0{_BITS}b}", *_tables(maker), maker(_PRIME))
    # u = (1 + y) / (1 - y)
    return int((z + y) * pow(z - y, -1, _PRIME) % _PRIME)


def _multiply(signs: str, first: tuple[Entry, ...], second: tuple[Entry, ...], p: int) -> tuple[int, int]:
    """Y and Z of the sum; extended coordinates, with formulas for a = -1 (Hisil et al. 2008)."""
    x, y, z, t = p - p, p - p + 1, p - p + 1, p - p
    low = (p - p + 1 << 255) - 1
    for column in range(_HALF):
        a, b, c, both = x * x, y * y, 2 * z * z, x + y
        a, b = (a & low) + 19 * (a >> 255), (b & low) + 19 * (b >> 255)
        c, both = (c & low) + 19 * (c >> 255), both * both
        h, g = a + b, a - b
        e, f = h - (both & low) - 19 * (both >> 255), c + g
        x, y, z, t = e * f % p, g * h % p, f * g % p, e * h % p
        for table, at in ((second, column), (first, column + _HALF)):
            teeth = signs[at::_SPACING]
            if teeth[0] == "1":
                plus, minus, product = table[int(teeth[1:], 2)]
                c = t * product
            else:
                minus, plus, product = table[~int(teeth, 2) & 15]
                c = -t * product
            a, b = (y - x) * minus, (y + x) * plus
            a, b = (a & low) + 19 * (a >> 255), (b & low) + 19 * (b >> 255)
            c = (c & low) + 19 * (c >> 255)
            e, h, f, g = b - a, b + a, 2 * z - c, 2 * z + c
            x, y, z, t = e * f % p, g * h % p, f * g % p, e * h % p
    return y, z
