"""When a connection may begin: at once and per minute, in all and for each group of addresses.

A connection belongs to four groups: all of them; its address; the network around that, which
often is one machine or one firewall (/24, /48); and the operator, by the name of the mail
exchanger.  It begins when every one of them allows it.  A minute is any sixty seconds, not
that of a clock's face, so no sixty seconds see more than `per_minute` beginnings.

Pure: times are arguments, in seconds of any clock that does not go back.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from enum import Enum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from pyfinger.values import State, Value, field

MINUTE = 60.0
_V4_BITS, _V6_BITS = 24, 48
_FORGET_EVERY = 1000  # beginnings
_NAME = re.compile(r"\.?[\w-]+(\.[\w-]+)*\.?")
_NUMERIC = re.compile(r"[\d.]+")  # an address that is none
_COUNTRY = 2  # letters of a country's top-level domain
# What countries call the domains below which names are given away: `co.uk`, `com.br`, `or.jp`, `gv.at`.
_SHARED = frozenset(
    "ac asn asso co com ed edu gen go gob gouv gov govt gv id ind ltd me mil ne net nhs nom or org plc"
    " police priv sch school".split()
)


class Allowance(Value):
    """What one group may see."""

    at_once: int
    per_minute: int


class SurveyBudget(Value):
    """All limits of a survey; what they are kept for is in docs/survey.md."""

    total: Allowance = Allowance(64, 1200)
    address: Allowance = Allowance(1, 6)
    network: Allowance = Allowance(4, 60)
    operator: Allowance = Allowance(16, 300)
    pause: float = 1.0  # seconds between two connections to one address
    back_off: float = 60.0  # seconds after a 4yz reply; twice as many after the next
    retries: int = 2  # after which such a reply is the result


class Scope(Enum):
    """What a group is a group of."""

    TOTAL = "total"
    ADDRESS = "address"
    NETWORK = "network"
    OPERATOR = "operator"


Group: TypeAlias = tuple[Scope, str]


def groups_of(address: str, operator: str) -> tuple[Group, ...]:
    """Those that a connection counts in, the most special first."""
    return (
        (Scope.ADDRESS, address),
        (Scope.NETWORK, network_of(address)),
        (Scope.OPERATOR, operator),
        (Scope.TOTAL, ""),
    )


def network_of(address: str) -> str:
    """The /24 or /48 around it; an IPv4 address within IPv6 is one of IPv4."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(IPv6Network((found, _V6_BITS), strict=False))
        found = found.ipv4_mapped
    return str(IPv4Network((found, _V4_BITS), strict=False))


def operator_of(host: str) -> str:
    """Whose mail exchanger it is: its last two labels, or three below such as `co.uk`.

    Of an address its network: nobody's name is known.  Not the public suffix list, which changes
    every week: where a country has a word of its own, hosts of many are one operator, who is asked
    less often than might be.
    """
    if is_address(host):
        return network_of(host)
    labels = host.lower().rstrip(".").split(".")
    shared = len(labels) > 2 and len(labels[-1]) == _COUNTRY and labels[-2] in _SHARED
    return ".".join(labels[-3:] if shared else labels[-2:])


def is_address(host: str) -> bool:
    """Whether a host is given by its address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_entry(text: str) -> bool:
    """Whether a blocklist can have it: an address, a network, or a name of any letters."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return _NAME.fullmatch(text) is not None and not _NUMERIC.fullmatch(text)
    return True


class Blocklist:
    """Who is never connected to: addresses, networks, and names with all below them."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._names: set[str] = set()
        for entry in entries:
            try:
                self._networks.append(ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower().strip("."))

    def covers_name(self, name: str) -> bool:
        """Of a domain or host."""
        if not self._names:
            return False
        labels = name.lower().rstrip(".").split(".")
        return any(".".join(labels[start:]) in self._names for start in range(len(labels)))

    def covers_address(self, address: str) -> bool:
        """Of an IPv4 or IPv6 address."""
        found = ip_address(address)
        return any(found in network for network in self._networks)


class Obstacle(Value):
    """Why a connection may not begin yet; `until` is None if only the end of another one helps."""

    group: Group
    until: float | None


class _Account(State):
    """What one group has seen."""

    running: int = 0
    begun: deque[float] = field(default_factory=deque)  # in the last minute
    not_before: float = 0.0


_NOTHING_SEEN = _Account()


class Ledger:
    """All accounts."""

    def __init__(self, budget: SurveyBudget) -> None:
        self._allowances = {
            Scope.TOTAL: budget.total,
            Scope.ADDRESS: budget.address,
            Scope.NETWORK: budget.network,
            Scope.OPERATOR: budget.operator,
        }
        self._pause = budget.pause
        self._accounts: dict[Group, _Account] = {}
        self._begun = 0

    def obstacle(self, groups: Iterable[Group], now: float) -> Obstacle | None:
        """The first there is; None: the connection may begin."""
        for group in groups:
            account = self._accounts.get(group)
            if account is None:
                continue
            allowance = self._allowances[group[0]]
            if account.running >= allowance.at_once:
                return Obstacle(group, None)
            _forget(account, now)
            if now < account.not_before:
                return Obstacle(group, account.not_before)
            if len(account.begun) >= allowance.per_minute:
                return Obstacle(group, account.begun[0] + MINUTE)
        return None

    def begin(self, groups: Iterable[Group], now: float) -> None:
        """A connection begins."""
        for group in groups:
            account = self._accounts.setdefault(group, _Account())
            account.running += 1
            account.begun.append(now)
        self._begun += 1
        if self._begun % _FORGET_EVERY == 0:
            self._sweep(now)

    def end(self, groups: Iterable[Group], now: float) -> None:
        """It is over."""
        for group in groups:
            account = self._accounts[group]
            account.running -= 1
            if group[0] is Scope.ADDRESS:
                account.not_before = max(account.not_before, now + self._pause)

    def leave_alone(self, group: Group, until: float) -> None:
        """It asked for that."""
        account = self._accounts.setdefault(group, _Account())
        account.not_before = max(account.not_before, until)

    def soonest(self, group: Group, count: int, now: float, each: float) -> float:
        """When the last of `count` (1 or more) further connections of a group may begin at the earliest.

        None of them waits for another group, and each takes `each` seconds.
        """
        account, allowance = self._accounts.get(group, _NOTHING_SEEN), self._allowances[group[0]]
        _forget(account, now)
        start = max(now, account.not_before)
        # Each begins a minute after the one that is `per_minute` places before it: back to the first of
        # those to come, and back to one that was.
        at = start + MINUTE * ((count - 1) // allowance.per_minute)
        minutes, place = divmod(len(account.begun) + count - 1, allowance.per_minute)
        if place < len(account.begun):
            at = max(at, account.begun[place] + MINUTE * minutes)
        pause = self._pause if group[0] is Scope.ADDRESS else 0.0
        return max(at, start + (each + pause) * ((count - 1) // allowance.at_once))

    def _sweep(self, now: float) -> None:
        """Forget those of whom there is nothing to remember."""
        for group, account in list(self._accounts.items()):
            _forget(account, now)
            if not account.running and not account.begun and account.not_before <= now:
                del self._accounts[group]


def _forget(account: _Account, now: float) -> None:
    while account.begun and account.begun[0] + MINUTE <= now:
        account.begun.popleft()
