"""MTA-STS and TLSRPT of the domains of a check: what is asked, and when.

The TXT records belong to the plan; the policy is fetched afterwards, over one connection to the
policy host, within the time and the number of connections there are.  A domain that is asked for
twice is asked once.  HTTP and the web's authorities are an extra: without it records are read, and
the policy is not fetched.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.check.chains import ignore
from pyfinger.check.found import FoundDomain
from pyfinger.check.pacing import Pacing
from pyfinger.model import InetDestination, LookupKind
from pyfinger.policy import http
from pyfinger.policy.discovery import StsFound, TlsrptFound, discover_tlsrpt, look_up_sts
from pyfinger.policy.fetch import Web, fetch_policy
from pyfinger.policy.webpki import web_authorities
from pyfinger.prober.context import Context
from pyfinger.resolve.idn import name_to_ask
from pyfinger.steps import Resolver, Steps
from pyfinger.values import State, replace
from pyfinger.x509.trust_store import Store


class DomainPolicies(State):
    """What a domain says."""

    sts: StsFound
    tlsrpt: TlsrptFound
    withheld: str = ""  # why the policy was not fetched

    @property
    def silent(self) -> bool:
        """It says nothing at all, as most do."""
        lookups = self.sts.lookup, self.tlsrpt.lookup
        return all(one.failure is None and not one.records for one in lookups)

    @property
    def fetchable(self) -> bool:
        """There is a record, and so a policy to be fetched."""
        return self.sts.reading.record is not None and self.sts.fetched is None and not self.withheld


class PolicyFinder:
    """All of it, for one check."""

    def __init__(self, context: Context, resolver: Resolver, store: Store | None, port: int) -> None:
        """Without a store of the user's the web's authorities are trusted."""
        self._context, self._resolver, self._store, self._port = context, resolver, store, port
        self.found: dict[str, DomainPolicies] = {}

    def of(self, domain: FoundDomain) -> DomainPolicies | None:
        """What was found; None: of such a destination nothing is asked."""
        return self.found.get(self._name(domain.destination))

    def remember(self, domain: FoundDomain, policies: DomainPolicies) -> None:
        """What was found earlier."""
        self.found[self._name(domain.destination)] = policies

    def find(self, domain: FoundDomain) -> Steps[None]:
        """Both records, if mail goes there by MX or SRV records."""
        name = self._name(domain.destination)
        if name and name not in self.found:
            sts = yield from look_up_sts(name, self._resolver)
            tlsrpt = yield from discover_tlsrpt(name, self._resolver)
            self.found[name] = DomainPolicies(sts, tlsrpt)

    def fetchable(self) -> Iterator[DomainPolicies]:
        """Those whose policy is still to be fetched."""
        return (one for one in self.found.values() if one.fetchable)

    def fetch_all(self, pacing: Pacing) -> Steps[None]:
        """One connection for each domain with a record, as far as the limits allow."""
        for one in tuple(self.fetchable()):
            one.withheld = pacing.enough_policies()
            if not one.withheld:
                yield from self.fetch(one, pacing)

    def fetch(self, one: DomainPolicies, pacing: Pacing) -> Steps[None]:
        """The policy, in the time that is left for all that the check has to do."""
        try:
            web = self.web()
        except ImportError as error:
            one.withheld = f"{error.name} is not installed (pip install 'posttls-pyfinger[sts]')"
            return
        pacing.policy_hosts += 1
        if pacing.left is not None:
            web = replace(web, timeout=min(web.timeout, pacing.left))
        one.sts = replace(one.sts, fetched=(yield from fetch_policy(one.sts.domain, web)))

    def web(self) -> Web:
        """What fetching needs; `ImportError` without the extra."""
        http.require()
        dependencies = self._context.dependencies
        return Web(
            self._resolver,
            self.store,
            dependencies.now,
            dependencies.clock,
            dependencies.random_bytes,
            ignore,
            connect_timeout=float(min(10, self._context.options.connect_timeout)),
            port=self._port,
        )

    @property
    def store(self) -> Store:
        """Who is trusted on the web; `ImportError` if nobody is, without the extra."""
        return web_authorities() if self._store is None else self._store

    def _name(self, destination: InetDestination) -> str:
        """The domain's name in A-labels; empty if it stands for a host."""
        if destination.lookup is LookupKind.HOST:
            return ""
        name = name_to_ask(destination.host, ignore, self._context.convert) or destination.host
        return name.rstrip(".").lower()
