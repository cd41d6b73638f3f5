"""Is this chain good?  X509_verify_cert as Postfix uses it, with a callback that always goes on.

    result = verify(VerifyContext(leaf, sent, store, params))
    result.errors       all of them, in OpenSSL's order
    result.calls        what the callback was told, for the verbose log
    result.peername     the certificate's name that matched

With `anchors` (TLSA records, fingerprints, trust anchor files) the store is
not consulted, unless they say so; a record that vouches for the leaf settles
everything at once (RFC 7671 section 5.1).
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.model import Authority
from pyfinger.values import replace
from pyfinger.x509 import checks
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.strict import leaf_failure
from pyfinger.x509.verify_context import (
    Aborted,
    Anchors,
    BudgetSpent,
    VerifyBudget,
    VerifyContext,
    VerifyResult,
)

# All that is checked once a chain is built, in OpenSSL's order (verify_chain).
CHECKS: tuple[Callable[[VerifyContext], None], ...] = (
    checks.check_extensions,
    checks.check_auth_level,
    checks.check_id,
    checks.check_suite_b,
    checks.internal_verify,
    checks.check_name_constraints,
    checks.check_resources,
)


def verify(context: VerifyContext, budget: VerifyBudget | None = None) -> VerifyResult:
    """Verify a chain (X509_verify_cert); never raises, and leaves the context as it is."""
    context = replace(context, budget=budget or VerifyBudget())
    aborted = False
    try:
        if checks.key_is_weak(context.leaf, context.params.security_level):
            context.fail(X509VErr.EE_KEY_TOO_SMALL, 0, context.leaf)
        if context.anchors is None or not _dane_verify(context, context.anchors):
            _verify_chain(context)
    except Aborted:
        aborted = True
    except BudgetSpent:
        context.fail(X509VErr.UNSPECIFIED, len(context.chain) - 1, context.top)
    return VerifyResult(
        calls=tuple(context.calls),
        chain=tuple(context.certificates),
        peername=context.peername,
        authority=context.authority,
        aborted=aborted,
    )


def _dane_verify(context: VerifyContext, anchors: Anchors) -> bool:
    """Whether a record for the leaf, or the lack of any other, makes a chain unnecessary (dane_verify)."""
    leaf = context.leaf
    record = anchors.match(leaf, leaf=True)
    if record is not None:
        context.authority = Authority(record, 0)
        _check_leaf_suite_b(context)
        if anchors.leaf_names:
            checks.check_id(context)
        context.good(0, leaf)
        return True
    if anchors.has_authorities or anchors.constraint(leaf, leaf=True):
        return False
    _check_leaf_suite_b(context)
    context.fail(X509VErr.DANE_NO_MATCH, 0, leaf)
    return True


def _check_leaf_suite_b(context: VerifyContext) -> None:
    """All that Suite B asks of a leaf without a chain (check_leaf_suiteb)."""
    code = leaf_failure(context.leaf, context.params.suite_b)
    if code is not None:
        context.fail(code, 0, context.leaf)


def _verify_chain(context: VerifyContext) -> None:
    """Build the chain and check it (verify_chain)."""
    from pyfinger.x509.build_chain import build_chain

    build_chain(context)
    for check in CHECKS:
        check(context)
