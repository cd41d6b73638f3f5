"""Multiples of the base point of Curve25519, by a comb on its Edwards form (RFC 7748 section 4.1).

A scalar n below 2^260 and odd is a sum of 2^i, each with a sign.  Bits 52 apart are taken
together: of the sums that five of them make, up to the sign of all, there are sixteen,
and a second table has them times 2^26, so that 26 doublings and 52 additions do
(Lim and Lee 1994; Hamburg 2012 for the signs).  A ladder would take 255 of each.

A process that makes many keys has three tables of eight bits, 33 apart: 11 doublings and
33 additions.  To make them takes as long as thirty keys gain, so for the first thirty
there are none.

Not constant in time; see the package's contract.
"""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TypeAlias

from pyfinger.crypto.integers import Maker, integer_type

CombEntry: TypeAlias = tuple[int, int, int]  # y + x, y - x, 2dxy
_Point: TypeAlias = tuple[int, int, int, int]  # x = X/Z, y = Y/Z, T = XY/Z

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202

_FINER_FROM = 30  # keys

# By how many bits are taken together: how far apart they are, and how many tables there are.
_TEETH, _FINER_TEETH = 5, 8
_SPACING = {_TEETH: 52, _FINER_TEETH: 33}
_PARTS = {_TEETH: 2, _FINER_TEETH: 3}

# Of 2^208 B with 2^156 B, 2^104 B, 2^52 B and B added for bits 3, 2, 1 and 0 of the row's number,
# or else subtracted; then the same times 2^26.
# fmt: off
_FIRST: tuple[CombEntry, ...] = (
    (0x682221f431dfbac3a7e9e7e7534879c27d8cfbd48c9b92c489486a30f47e007a,
     0x63a56b611e5bb3718ea5875c1c8129e561a47b3dddf456e776daf88bb4e6b644,
     0x5b9e6052ca93a71da86c5ab1be3f2554767966bf02ff1a84096c56055cb55941),
    (0x55e23476034439517c33da66061c29a4d8909a4c1bc3e4d8537ac5c98b6f769c,
     0x41c53f0a97081c26e8aa27c2ac5bf05ce22c54b36253163ab6caac906cfeb391,
     0x2ad76e120a2c47287539e2f7642905bd1e411f7b09ed710fd512b2f2b0eefa36),
    (0x6db97b915ef95954980dabeefd2142901e1aba02c8e5c13af7e978826fb3ac6c,
     0x153d59df6d353b1ec03b83fff1a2b77b6c062e82a62ba20168c8f2777578203c,
     0x4e4abdc19568e18f0394436cb020b5cfca20d3971b95f0fe94496ddee46a7a25),
    (0x231a2dd4af7595e8481f5e8ae70c950c34f2df393ed8c21e909509ad70131b16,
     0x41f71ae88b62bbedd5998a51c3a582d2bdaa1a694d7334e1ec1636a894b1885e,
     0x05b0023d966c6e3c9cc5c0bc55c7114480d1c9173256c1b5350b199d9c948171),
    (0x1a8b03bd04a34988ad02de7a5b67234f5b9cf68defa5db1e6b0a0c906dc9b2e7,
     0x3668ef61285658eab72f401dfaa4a43f4e0ee1899c6339d4aa78ba8cb8e65d57,
     0x0d34dbbd378b98cc997abc4e9dc3e244dd33f86480eaec5900ced531d484a982),
    (0x3c635d97fd4ec3522de86fd274ea4b6629e32dafc6f6d26b421d5d47f548bdc2,
     0x27bf2e89b58ee2099d81d6dd80a85a5f2090b5e55d6834358a7771bbc8a03929,
     0x5a84e98cefcffac928b0098c15b30a8ea92990dc8029bbe2a356bd98fff406c9),
    (0x6bdea25fd2ddbd5ce1a4da2dfbb5cbe23081f153e2ef267bd194eac04872738d,
     0x7fb16cf9fbba5e2f7dfad3e351c866cb1131bc955866ff4fe43c96f3c3b7d2c7,
     0x45b52f4fc731cf6890cc2d533909d1516f6fd19d85d27b81a625f976483d4ac8),
    (0x0a6cd73b23c9fa82cf3290080b73e0656b7f5760195b3053da8c46a967867771,
     0x0351ef36539accfb9a972d05ee32d3efced8302ffa346fd7fd5385f9f9eaf050,
     0x42186db04a0fe2c068298db608d1b84c7fc0dbd0f2213bb690efcc79d0fd18b5),
    (0x78e806ce7118fb1934ed9f615bd0a6f527a64efc4701750ad11c2ac9f9633ab9,
     0x40a90de7a594c7c5b8960c5aa85a42fa1f13fe8554fd1bc8cc1133da0b6e1ca5,
     0x56ce7dcef7c9a89a7a8c6129b43000a6b4b40d6fe125f78afdb86fb6a9536dfe),
    (0x755cc76c49b437902c76e0c902d88c2336e6a5de0279497c7b590ac71bf10345,
     0x7ddf0d85eb34400a7176f5a93b09bc69b0699a585a0cbf28f249a9cc69334ec6,
     0x620fd0b7be5c1b2b50bc2cb65c52dfca2789127a72495daecead25f5d09f8b33),
    (0x77e3772fa931b06ad100aa2eb0f39d5e01b4ace6ebacd699bd321561525a6257,
     0x6256a99e4ed1f4a2296848d95a9f29ccf2d8b076ab78feda11952cabe6879fb7,
     0x630e16c1d6fa79ae12c31ea1f07ad4d84a9346ba895e141c614c40f726282f09),
    (0x68b76a4addc7ec44777ef71b6a9f41c21214972ae22c6baff789857ff9117905,
     0x7d844019c51c1c2b457fe71a4c8df4096b56c2284e4ae258967b8a2b346a167c,
     0x09d80352e40febc23e96be73710a3c024f22b56de4f1ca4dabe235b693a5c47b),
    (0x30bc8d01ab8068c536023b19a19c1466b793fc448ead23de1a90622845f2d252,
     0x508faf599227bbeb104c2b9031760d9a85242aadf61c55bd55dcf71274ca7118,
     0x57354f43f7b53565e8fbcd15f75482b9d08852aa10304af2ce368b76bc11d9f5),
    (0x101125b86bd4b89013c8fbbb37dd7a1274f845ea20b3c7d7e527b66482e6fdc9,
     0x3a9a02124c9d6d5a2bb7b204b42ec3f29b5b0b7ad25bda40072bbd36866171e0,
     0x180c4ece326750c90c4a7a5cf1c4fffed980e68090db26255a919b07fb0124b1),
    (0x3f779a20b342c0551c870bcd7260f4e01eed9e792f7c713e244b6857073d3218,
     0x415d74b6ab6d35cd53dda4ecd76431cba338140d647f5d1b86dbf5657d902aed,
     0x1649752efb93cc295bce4930ba5aa1f7795fa10c13871be97b61926eebd1e481),
    (0x73a2d28560ae54f6a6102f5283db4c33cb566880862ac5355b3846bce2bb6841,
     0x3fbde3dbdf81c88e42b8ead64d42168a0d42b3cc32dd471f88410377571edd2a,
     0x357acc773ef0290758d9ab23659c11a0c5ce2237aaf1fd67f737e1257e5fa2c6),
)
_SECOND: tuple[CombEntry, ...] = (
    (0x4ea7af4b8a607b187b38ff41745b18e8877833cc374cbb5e2c7e7005d7537533,
     0x35ac82c07ffe6bd4449cf79865872252d2ea64b4ca0f8cb930bfb101011591b4,
     0x244b2f7e46a7c8afcbfdbe15a74c9f5628a13b3a021610d2c959420e516bf6b7),
    (0x2892ea54cc4e8300c6d9244b177eda2998a2d02da6ee5ce73b5153e268563210,
     0x2d8d1b149f8dc17a98a74c33b59fc81dc26035b99371a199809d42b96486878c,
     0x699369af8c48eee33576c0a40d1730eba0aa018831d928092bc9cda67470d3ea),
    (0x5c60b615e4c96b92135b1464fdb95d1a2acdc5fa4c3b5a5a80fba9b0768cae9b,
     0x2560659a4879793da36fd96b7c1001a0845274e25e71e2caccf7f7de0d46341d,
     0x78d36074e7ab913321251c8bcf67d339426c38da65761f76691c82ae0e755b7b),
    (0x6e63f35c504c7bbce1aa431a2559666fc2f5bf1d4d98c87219df90c1ec9437a9,
     0x1f866da598f0586f9c9ce0a7fd0518da8c09ffb0f61e62426b7e5a824a9e4ca2,
     0x74d92fb978659b0b0bed516344cd7ab8e020a67de19949fa5e5687c241b56e1b),
    (0x6f5cdf257f601df32f8430a5a4ef11070b4667f780d4b989c92ac17a6c2cc54d,
     0x356d35e220601fe6159bdcae2b306c11c84446d4c3ab7a77a214831573870786,
     0x136314a84fbc1774de2a1a5d211a77c0f5753320f82852c315c75f6d86147e67),
    (0x065816ed41e2993b689e99a4c37101b3eacaecdc9340f5f719b72a2cf4e05d7c,
     0x51ab9d63a31af352c3ebaeedfe30782cb84f58494b989606f51ac6f8fc43fce0,
     0x21526ba141a02e4c1300eeb540d70a5e09fc801a256d75907da42268e397000f),
    (0x21a7767cb64dc9dcb18934a5031ed171e2c0e739147d95ba0569e3347e2f6a89,
     0x02fb8e70b1dc4fba0f0471bad6a8323509b848e4990a451534ac3479227affb0,
     0x3f064ec165b9c82ece877a015ca070bc7145d6ced3b3a567c3d5dd3a9dafda89),
    (0x0e7ff9fade4e51732bae9f8c1095e392f0d7af11bfccab77c7ea522bebfd7be0,
     0x1551004f7929e2878b2aec276bf7079ebde754701380f2e7a838db4a2972b5c9,
     0x07033dce30feb1e80f3cf9d071dfade59f958f0f5efbba28617cba81c60dc481),
    (0x4df37d922fa1eb845c031b6ebaa902c07c0f419ddd7ae3098c890b5301590951,
     0x2f5d74ad9e62d719a9f22d2aa93bd5412c650aab3fb2cbc3e7892bfa4fddcaa2,
     0x0696e40cf4f7e43539ac272c1400438b9b7bf45190dcffdb1b2bd1e2c55a6231),
    (0x178eef35bf8c8c77c60165809651195f17f1d4d1253a0556d94529cdea28727b,
     0x4a9d4b7857bca2a0c8fe90be558a4dfe08b7735b54e671a9e94cdc4ac7d27971,
     0x6b367c2c29ef8f62424f692b7c60c9d99709650aa073944a2c2bdba9db0ff78e),
    (0x4f69ea2753e8f72237fd6c8ddad76fcab9e60d14b7cce21affaad66ff0a226c5,
     0x1863322e46220177323293c5f457704d597c6e2cbef1b5804cee136b1a40888b,
     0x290e8ec1f7b6554167fbf2f4f6c4419cf082f38278cdbaa510ba4cf2960297a7),
    (0x7cf148a7a19f529527494c40600c705055df7a721681c73a9100daeec3cc88f4,
     0x3b18b66f15d54b0b3a74ee2f5ad85dbae28802b1c9f2c08816ccc8779328a232,
     0x07566006a499cd2bead56b0eaa9f02ca060bfbcd732bd14bbae2be6632368082),
    (0x128fe21898015d01a61c2b91535a744a0f2ac50ad02ac5b15ce9f83d9f29d362,
     0x1763918987c54c8528a86989aff6ce2d16d76adb8c22f7405d230364697d91e1,
     0x029b3836333895a06fc440a413a3aa885ee0623047aeb33d7acef96e7e557824),
    (0x3d32376af20eda818f3990e9abed3624d770f4d3ccf5aad9d69973b12ce15f97,
     0x4c9d4045ee666f33121ed1c1d7260c585c2e11ae1f33080b95b194fab7c504aa,
     0x41b6264e17b965b719d0530d7a18368663644ab461ccccfd91d4ca77d2af8ae8),
    (0x13f6d8a89259b97b30fd785c65de7bbc8a0af64bca98ed6681830bc98cc72c1b,
     0x011e70560423118bfd40aa50c0b7de8d5df0551c03614204f94bc2ca94066b10,
     0x45f93612db5643ce81cea68811b600a38c631dbb1b52420f05cac8a1a058bc50),
    (0x25bdec7ce2a355ffec1c111013427802d0f34104d981962216f37398e67b61b3,
     0x4a715f9b9c10539f87e6e16aa6a8230eb2c389a35ec0d09036763b1fe4b6cc5a,
     0x396e2c38c3cf249e1993e3c95e34ff1fa9e3889646c652a25126fcd4894c1a4d),
)
# fmt: on


_keys = count()


@cache
def _tables(maker: Maker) -> tuple[tuple[CombEntry, ...], ...]:
    return tuple(tuple((maker(a), maker(b), maker(c)) for a, b, c in table) for table in (_FIRST, _SECOND))


@cache
def _finer_tables(maker: Maker) -> tuple[tuple[CombEntry, ...], ...]:
    """As `_tables`, but for the numbers of teeth and tables."""
    p, spacing, parts = maker(_PRIME), _SPACING[_FINER_TEETH], _PARTS[_FINER_TEETH]
    twice_d = maker(-121665 * pow(121666, -1, _PRIME) * 2 % _PRIME)
    y = maker(4 * pow(5, -1, _PRIME))
    powers: list[_Point] = [(maker(_BASE_X), y, maker(1), _BASE_X * y % p)]  # 2^i B
    for _ in range(_FINER_TEETH * spacing - 1):
        powers.append(_double(powers[-1], p))
    tables = []
    for part in range(0, spacing, spacing // parts):
        *lower, last = powers[part::spacing]
        for x, y, z, t in lower:
            last = _add(last, (-x, y, z, -t), twice_d, p)
        sums = [last]
        for place in range(part, part + spacing * len(lower), spacing):
            sums += [_add(found, powers[place + 1], twice_d, p) for found in sums]
        tables.append(tuple(_entries(sums, twice_d, p)))
    return tuple(tables)


def _entries(points: list[_Point], twice_d: int, p: int) -> list[CombEntry]:
    """As a table has them; with one inversion for all (Montgomery 1987)."""
    products, product = [], p - p + 1
    for _, _, z, _ in points:
        products.append(product)
        product = product * z % p
    inverse, found = pow(product, -1, p), []
    for (x, y, z, _), before in zip(reversed(points), reversed(products), strict=True):
        own = inverse * before % p
        inverse = inverse * z % p
        x, y = x * own % p, y * own % p
        found.append(((y + x) % p, (y - x) % p, x * y * twice_d % p))
    return found[::-1]


def _add(one: _Point, other: _Point, twice_d: int, p: int) -> _Point:
    """Complete for this curve (Hisil et al. 2008)."""
    (x, y, z, t), (x2, y2, z2, t2) = one, other
    a, b = (y - x) * (y2 - x2) % p, (y + x) * (y2 + x2) % p
    c, d = t * t2 % p * twice_d % p, 2 * z * z2 % p
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % p, g * h % p, f * g % p, e * h % p


def _double(point: _Point, p: int) -> _Point:
    x, y, z, _ = point
    a, b, c, both = x * x % p, y * y % p, 2 * z * z, x + y
    h, g = a + b, a - b
    e, f = h - both * both % p, (c + g) % p
    return e * f % p, g * h % p, f * g % p, e * h % p


def public_coordinate(scalar: int) -> int:
    """u of that multiple of the base point, which is not a multiple of its order."""
    maker = integer_type()
    if next(_keys) < _FINER_FROM:
        return _coordinate(scalar, maker, _TEETH, _tables(maker))
    return _coordinate(scalar, maker, _FINER_TEETH, _finer_tables(maker))


def _coordinate(scalar: int, maker: Maker, teeth: int, tables: tuple[tuple[CombEntry, ...], ...]) -> int:
    odd = scalar % _ORDER
    odd += _ORDER * (1 - odd % 2)
    bits = teeth * _SPACING[teeth]
    signs = odd + (1 << bits) - 1 >> 1  # where a bit is 1, 2^i is added, else subtracted
    y, z = _multiply(f"{signs:0{bits}b}", _SPACING[teeth], tables, maker(_PRIME))
    # u = (1 + y) / (1 - y)
    return int((z + y) * pow(z - y, -1, _PRIME) % _PRIME)


def _multiply(signs: str, spacing: int, tables: tuple[tuple[CombEntry, ...], ...], p: int) -> tuple[int, int]:
    """Y and Z of the sum; extended coordinates, with formulas for a = -1 (Hisil et al. 2008)."""
    x, y, z, t = p - p, p - p + 1, p - p + 1, p - p
    columns = spacing // len(tables)
    steps = list(zip(reversed(tables), range(0, spacing, columns), strict=True))
    for column in range(columns):
        a, b, c, both = x * x, y * y, 2 * z * z, x + y
        h, g = (a + b) % p, (a - b) % p
        e, f = (h - both * both) % p, (c + g) % p
        x, y, z, t = e * f % p, g * h % p, f * g % p, e * h % p
        for table, begin in steps:
            teeth = signs[begin + column :: spacing]
            if teeth[0] == "1":
                plus, minus, product = table[int(teeth[1:], 2)]
                c = t * product
            else:
                minus, plus, product = table[~int(teeth, 2)]
                c = -t * product
            a, b, d = (y - x) * minus, (y + x) * plus, 2 * z
            c %= p
            e, h, f, g = (b - a) % p, (b + a) % p, d - c, d + c
            x, y, z, t = e * f % p, g * h % p, f * g % p, e * h % p
    return y, z
