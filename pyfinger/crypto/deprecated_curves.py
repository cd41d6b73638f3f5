"""The curves of RFC 4492 that RFC 8422 and TLS 1.3 left behind (SEC 2 version 2.0, appendix B).

Some are over binary fields: a field element is a polynomial over one bit.  Here each of
its bits has 16 bits of a Python integer to itself, so that the product of two integers
is that of the polynomials: what would carry stays within the 16 bits, whose lowest
counts. The scalar multiplication is the Montgomery ladder of Lopez and Dahab (CHES
1999).

Debian's OpenSSL offers them to servers before TLS 1.3 if a group list names
them.  Binary curves are y^2 + xy = x^3 + ax^2 + b over polynomials, prime ones
y^2 = x^3 + ax + b.
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.crypto.curves import BadPoint, CurveParameters, Flaw, Form, read_point
from pyfinger.values import Value

_WIDTH = 16  # bits for each bit; a sum of at most 571 ones fits
_HEXADECIMAL = str.maketrans({"0": "0000", "1": "0001"})  # 16 bits are four digits


# Name, then field (a prime, or the exponents of its polynomial), a, b, both coordinates of the
# base point, its order.  A row that begins with white space goes on with the one before.
_PRIME = """
secp160k1 fffffffffffffffffffffffffffffffeffffac73 0 7 3b4c382ce37aa192a4019e763036f4f5dd4d7ebb
    938cf935318fdced6bc28286531733c3f03c4fee 100000000000000000001b8fa16dfab9aca16b6b3
secp160r1 ffffffffffffffffffffffffffffffff7fffffff ffffffffffffffffffffffffffffffff7ffffffc
    1c97befc54bd7a8b65acf89f81d4d4adc565fa45 4a96b5688ef573284664698968c38bb913cbfc82
    23a628553168947d59dcc912042351377ac5fb32 100000000000000000001f4c8f927aed3ca752257
secp160r2 fffffffffffffffffffffffffffffffeffffac73 fffffffffffffffffffffffffffffffeffffac70
    b4e134d3fb59eb8bab57274904664d5af50388ba 52dcb034293a117e1f4ff11b30f7199d3144ce6d
    feaffef2e331f296e071fa0df9982cfea7d43f2e 100000000000000000000351ee786a818f3a1a16b
secp192k1 fffffffffffffffffffffffffffffffffffffffeffffee37 0 3
    db4ff10ec057e9ae26b07d0280b7f4341da5d1b1eae06c7d 9b2f2f6d9c5628a7844163d015be86344082aa88d95e2f9d
    fffffffffffffffffffffffe26f2fc170f69466a74defd8d
secp224k1 fffffffffffffffffffffffffffffffffffffffffffffffeffffe56d 0 5
    a1455b334df099df30fc28a169a467e9e47075a90f7e650eb6b7a45c
    7e089fed7fba344282cafbd6f7e319f7c0b0bd59e2ca4bdb556d61a5
    10000000000000000000000000001dce8d2ec6184caf0a971769fb1f7
"""
_BINARY = """
sect163k1 163,7,6,3,0 1 1 2fe13c0537bbc11acaa07d793de4e6d5e5c94eee8
    289070fb05d38ff58321f2e800536d538ccdaa3d9 4000000000000000000020108a2e0cc0d99f8a5ef
sect163r1 163,7,6,3,0 7b6882caaefa84f9554ff8428bd88e246d2782ae2
    713612dcddcb40aab946bda29ca91f73af958afd9 369979697ab43897789566789567f787a7876a654
    435edb42efafb2989d51fefce3c80988f41ff883 3ffffffffffffffffffff48aab689c29ca710279b
sect163r2 163,7,6,3,0 1 20a601907b8c953ca1481eb10512f78744a3205fd
    3f0eba16286a2d57ea0991168d4994637e8343e36 d51fbc6c71a0094fa2cdd545b11c5c0c797324f1
    40000000000000000000292fe77e70c12a4234c33
sect193r1 193,15,0 17858feb7a98975169e171f77b4087de098ac8a911df7b01
    fdfb49bfe6c3a89facadaa7a1e5bbc7cc1c2e5d831478814 1f481bc5f0ff84a74ad6cdf6fdef4bf6179625372d8c0c5e1
    25e399f2903712ccf3ea9e3a1ad17fb0b3201b6af7ce1b05 1000000000000000000000000c7f34a778f443acc920eba49
sect193r2 193,15,0 163f35a5137c2ce3ea6ed8667190b0bc43ecd69977702709b
    c9bb9e8927d4d64c377e2ab2856a5b16e3efb7f61d4316ae d9b67d192e0367c803f39e1a7e82ca14a651350aae617e8f
    1ce94335607c304ac29e7defbd9ca01f596f927224cdecf6c 10000000000000000000000015aab561b005413ccd4ee99d5
sect233k1 233,74,0 0 1 17232ba853a7e731af129f22ff4149563a419c26bf50a4c9d6eefad6126
    1db537dece819b7f70f555a67c427a8cd9bf18aeb9b56e0c11056fae6a3
    8000000000000000000000000000069d5bb915bcd46efb1ad5f173abdf
sect233r1 233,74,0 1 66647ede6c332c7f8c0923bb58213b333b20e9ce4281fe115f7d8f90ad
    fac9dfcbac8313bb2139f1bb755fef65bc391f8b36f8f8eb7371fd558b
    1006a08a41903350678e58528bebf8a0beff867a7ca36716f7e01f81052
    1000000000000000000000000000013e974e72f8a6922031d2603cfe0d7
sect239k1 239,158,0 0 1 29a0b6a887a983e9730988a68727a8b2d126c44cc2cc7b2a6555193035dc
    76310804f12e549bdb011c103089e73510acb275fc312a5dc6b76553f0ca
    2000000000000000000000000000005a79fec67cb6e91f1c1da800e478a5
sect283k1 283,12,7,5,0 0 1 503213f78ca44883f1a3b8162f188e553cd265f23c1567a16876913b0c2ac2458492836
    1ccda380f1c9e318d90f95d07e5426fe87e45c0e8184698e45962364e34116177dd2259
    1ffffffffffffffffffffffffffffffffffe9ae2ed07577265dff7f94451e061e163c61
sect283r1 283,12,7,5,0 1 27b680ac8b8596da5a4af8a19a0303fca97fd7645309fa2a581485af6263e313b79a2f5
    5f939258db7dd90e1934f8c70b0dfec2eed25b8557eac9c80e2e198f8cdbecd86b12053
    3676854fe24141cb98fe6d4b20d02b4516ff702350eddb0826779c813f0df45be8112f4
    3ffffffffffffffffffffffffffffffffffef90399660fc938a90165b042a7cefadb307
sect409k1 409,87,0 0 1
    60f05f658f49c1ad3ab1890f7184210efd0987e307c84c27accfb8f9f67cc2c460189eb5aaaa62ee222eb1b35540cfe9\
023746
    1e369050b7c4e42acba1dacbf04299c3460782f918ea427e6325165e9ea10e3da5f6c42e9c55215aa9ca27a5863ec48d\
8e0286b
    7ffffffffffffffffffffffffffffffffffffffffffffffffffe5f83b2d4ea20400ec4557d5ed3e3e7ca5b4b5c83b8e0\
1e5fcf
sect409r1 409,87,0 1
    21a5c2c8ee9feb5c4b9a753b7b476b7fd6422ef1f3dd674761fa99d6ac27c8a9a197b272822f6cd57a55aa4f50ae317b\
13545f
    15d4860d088ddb3496b0c6064756260441cde4af1771d4db01ffe5b34e59703dc255a868a1180515603aeab60794e54b\
b7996a7
    61b1cfab6be5f32bbfa78324ed106a7636b9c5a7bd198d0158aa4f5488d08f38514f1fdf4b4f40d2181b3681c364ba02\
73c706
    10000000000000000000000000000000000000000000000000001e2aad6a612f33307be5fa47c3c9e052f838164cd37d\
9a21173
sect571k1 571,10,5,2,0 0 1
    26eb7a859923fbc82189631f8103fe4ac9ca2970012d5d46024804801841ca44370958493b205e647da304db4ceb08cb\
bd1ba39494776fb988b47174dca88c7e2945283a01c8972
    349dc807f4fbf374f4aeade3bca95314dd58cec9f307a54ffc61efc006d8a2c9d4979c0ac44aea74fbebbb9f772aedcb\
620b01a7ba7af1b320430c8591984f601cd4c143ef1c7a3
    20000000000000000000000000000000000000000000000000000000000000000000000131850e1f19a63e4b391a8db9\
17f4138b630d84be5d639381e91deb45cfe778f637c1001
sect571r1 571,10,5,2,0 1
    2f40e7e2221f295de297117b7f3d62f5c6a97ffcb8ceff1cd6ba8ce4a9a18ad84ffabbd8efa59332be7ad6756a66e294\
afd185a78ff12aa520e4de739baca0c7ffeff7f2955727a
    303001d34b856296c16c0d40d3cd7750a93d1d2955fa80aa5f40fc8db7b2abdbde53950f4c0d293cdd711a35b67fb149\
9ae60038614f1394abfa3b4c850d927e1e7769c8eec2d19
    37bf27342da639b6dccfffeb73d69d78c6c27a6009cbbca1980f8533921e8a684423e43bab08a576291af8f461bb2a8b\
3531d2f0485c19b16e2f1516e23dd3c1a4827af1b8ac15b
    3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe661ce18ff55987308059b186\
823851ec7dd9ca1161de93d5174d66e8382e9bb2fe84e47
"""


class BinaryPoint(Value):
    """A point in affine coordinates, as wide elements."""

    x: int
    y: int


class BinaryCurve:
    """One curve; elements are wide unless said otherwise."""

    def __init__(self, parameters: CurveParameters) -> None:
        self._degree = parameters.field.bit_length() - 1
        self._size = (self._degree + 7) // 8
        self._low = (1 << _WIDTH * self._degree) - 1
        self._ones = _wide((1 << 2 * self._degree) - 1)
        powers = [i for i in range(self._degree) if parameters.field >> i & 1]
        self._shifts = [_WIDTH * power for power in powers]
        self._a, self._b = _wide(parameters.a), _wide(parameters.b)
        self._base = BinaryPoint(_wide(parameters.x), _wide(parameters.y))
        self._order = parameters.order

    def private_key(self, random: Callable[[int], bytes]) -> int:
        """A scalar from 1 to the order, exclusively."""
        size = (self._order.bit_length() + 7) // 8 + 8  # so many more that the remainder is even
        return int.from_bytes(random(size), "big") % (self._order - 1) + 1

    def public_key(self, private: int) -> bytes:
        """Our point, uncompressed (SEC 1 section 2.3.3)."""
        point = self._multiply(private)
        return bytes([Form.UNCOMPRESSED]) + self._octets(point.x) + self._octets(point.y)

    def shared_secret(self, private: int, public: bytes) -> bytes:
        """The x coordinate of the common point; `BadPoint` if there is none."""
        x1, z1, _, _ = self._ladder(private, self.point(public).x)
        if not z1:
            raise BadPoint(Flaw.POINT_AT_INFINITY)
        return self._octets(self._divide(x1, z1))

    def point(self, octets: bytes) -> BinaryPoint:
        """A point in any form; `BadPoint` if it is none of this curve."""
        found = read_point(octets, self._size)
        if max(found.x, found.y or 0).bit_length() > self._degree:
            raise BadPoint(Flaw.INVALID_ENCODING)
        x = _wide(found.x)
        if found.y is None:
            return self._decompressed(x, found.bit)
        point = BinaryPoint(x, _wide(found.y))
        if found.form is Form.HYBRID and found.bit != (self._divide(point.y, x) & 1 if x else 0):
            raise BadPoint(Flaw.INVALID_ENCODING)
        if not self._contains(point):
            raise BadPoint(Flaw.POINT_IS_NOT_ON_CURVE)
        return point

    def _decompressed(self, x: int, bit: int) -> BinaryPoint:
        """The point with that x and that lowest bit of y/x, which solves z^2 + z = x + a + b/x^2."""
        if not x:
            return BinaryPoint(0, self._power(self._b, self._degree - 1))  # the square root of b
        wanted = x ^ self._a ^ self._divide(self._b, self._times(x, x))
        z = power = wanted  # the half-trace, the degree being odd
        for _ in range(self._degree // 2):
            power = self._power(power, 2)
            z ^= power
        if self._times(z, z) ^ z != wanted:
            raise BadPoint(Flaw.INVALID_COMPRESSED_POINT)
        return BinaryPoint(x, self._times(x, z ^ (z & 1) ^ bit))

    def _power(self, element: int, squarings: int) -> int:
        for _ in range(squarings):
            element = self._times(element, element)
        return element

    def _contains(self, point: BinaryPoint) -> bool:
        x, y = point.x, point.y
        square = self._times(x, x)
        return self._times(y, y) ^ self._times(x, y) == self._times(square, x ^ self._a) ^ self._b

    def _octets(self, element: int) -> bytes:
        return _narrow(element).to_bytes(self._size, "big")

    def _times(self, one: int, other: int) -> int:
        product = one * other & self._ones
        while high := product >> _WIDTH * self._degree:
            product &= self._low
            for shift in self._shifts:
                product ^= high << shift
        return product

    def _divide(self, one: int, other: int) -> int:
        """one / other: other has the inverse other^(2^m - 2)."""
        inverse = 1
        power = other
        for _ in range(self._degree - 1):
            power = self._times(power, power)
            inverse = self._times(inverse, power)
        return self._times(one, inverse)

    def _ladder(self, scalar: int, x: int) -> tuple[int, int, int, int]:
        """x of `scalar` times a point and of once more, as X/Z each."""
        times = self._times
        x1, z1, z2 = x, 1, times(x, x)
        x2 = times(z2, z2) ^ self._b
        for bit in bin(scalar)[3:]:
            if bit == "1":
                x1, z1, x2, z2 = x2, z2, x1, z1
            left, right = times(x1, z2), times(x2, z1)
            z2 = times(left ^ right, left ^ right)
            x2 = times(x, z2) ^ times(left, right)
            x1, z1 = times(x1, x1), times(z1, z1)
            x1, z1 = times(x1, x1) ^ times(self._b, times(z1, z1)), times(x1, z1)
            if bit == "1":
                x1, z1, x2, z2 = x2, z2, x1, z1
        return x1, z1, x2, z2

    def _multiply(self, scalar: int) -> BinaryPoint:
        """A multiple of the base point, neither infinity nor next to it."""
        base = self._base
        x1, z1, x2, z2 = self._ladder(scalar, base.x)
        x = self._divide(x1, z1)
        if not z2:
            return BinaryPoint(x, base.x ^ base.y)  # the last multiple is the base point's negative
        ahead = self._divide(x2, z2) ^ base.x
        square = self._times(base.x, base.x)
        slope = self._times(x ^ base.x, ahead) ^ square ^ base.y
        return BinaryPoint(x, self._divide(self._times(x ^ base.x, slope), base.x) ^ base.y)


def _wide(bits: int) -> int:
    """A polynomial with 16 bits for each of its bits."""
    return int(f"{bits:b}".translate(_HEXADECIMAL), 16)


def _narrow(element: int) -> int:
    digits = f"{element:x}"
    return int(digits[::-1][::4][::-1], 2)


def prime_curve(name: str) -> CurveParameters | None:
    """A prime curve by name, if it is one of these."""
    return _find(_PRIME, name)


def binary_curve(name: str) -> CurveParameters:
    """A binary curve by name, which must be one of these."""
    found = _find(_BINARY, name)
    if found is None:
        raise KeyError(name)
    return found


def _find(table: str, name: str) -> CurveParameters | None:
    for row in table.replace("\n    ", " ").splitlines():
        words = row.split()
        if words[:1] == [name]:
            return _parameters(words)
    return None


def _parameters(words: list[str]) -> CurveParameters:
    name, field, *numbers = words
    a, b, x, y, order = (int(number, 16) for number in numbers)
    if name.startswith("sect"):
        return CurveParameters(name, sum(1 << int(power) for power in field.split(",")), a, b, x, y, order)
    return CurveParameters(name, int(field, 16), a, b, x, y, order)
