"""Is this chain good?  X509_verify_cert as Postfix uses it, with a callback that always goes on.

    outcome = verify(Task(leaf, sent, store, demands))
    outcome.errors       all of them, in OpenSSL's order
    outcome.calls        what the callback was told, for the verbose log
    outcome.peername     the certificate's name that matched

With `anchors` (TLSA records, fingerprints, trust anchor files) the store is
not consulted, unless they say so; a record that vouches for the leaf settles
everything at once (RFC 7671 section 5.1).
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.model import Authority
from pyfinger.x509 import checks
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.checks import Examination, check_identity, key_is_weak
from pyfinger.x509.demands import Anchors, Budget, BudgetSpent
from pyfinger.x509.failures import Code
from pyfinger.x509.findings import Findings, Outcome
from pyfinger.x509.path import Aborted, Builder, Path, Task
from pyfinger.x509.store import Trusted
from pyfinger.x509.suite_b import leaf_failure

# All that is checked once a chain is built, in OpenSSL's order (verify_chain).
CHECKS: tuple[Callable[[Examination], None], ...] = (
    checks.check_extensions,
    checks.check_strength,
    checks.check_identity,
    checks.check_suite_b,
    checks.check_signatures,
    checks.check_constraints,
    checks.check_resources,
)


def verify(task: Task, budget: Budget | None = None) -> Outcome:
    """Judge a chain; never raises."""
    exam = Examination(Path([Trusted(task.leaf)]), task.demands, Findings(), budget or Budget())
    aborted = False
    try:
        if key_is_weak(task.leaf, task.demands.security_level):
            exam.findings.fail(Code.LEAF_KEY_WEAK, 0, task.leaf)
        if task.anchors is None or not _settled_by_leaf(task.anchors, exam):
            _verify_chain(task, exam)
    except Aborted:
        aborted = True
    except BudgetSpent:
        exam.findings.fail(Code.UNSPECIFIED, len(exam.path.chain) - 1, exam.path.top)
    return Outcome(
        calls=tuple(exam.findings.calls),
        chain=tuple(exam.certificates),
        peername=exam.peername,
        authority=exam.path.authority,
        aborted=aborted,
    )


def _settled_by_leaf(anchors: Anchors, exam: Examination) -> bool:
    """Whether a record for the leaf, or the lack of any other, makes a chain unnecessary."""
    leaf = exam.path.top
    record = anchors.match(leaf, leaf=True)
    if record is not None:
        exam.path.authority = Authority(record, 0)
        _check_leaf(exam, leaf)
        if anchors.leaf_names:
            check_identity(exam)
        exam.findings.good(0, leaf)
        return True
    if anchors.has_authorities or anchors.constraint(leaf, leaf=True):
        return False
    _check_leaf(exam, leaf)
    exam.findings.fail(Code.NO_TLSA_MATCH, 0, leaf)
    return True


def _check_leaf(exam: Examination, leaf: Certificate) -> None:
    """All that Suite B asks of a leaf without a chain (check_leaf_suiteb)."""
    code = leaf_failure(leaf, exam.demands.suite_b)
    if code is not None:
        exam.findings.fail(code, 0, leaf)


def _verify_chain(task: Task, exam: Examination) -> None:
    """Build the chain and examine it."""
    builder = Builder(task, exam.findings, exam.budget)
    exam.path = builder.path
    builder.build()
    for check in CHECKS:
        check(exam)
