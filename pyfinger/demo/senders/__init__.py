"""A world that misbehaves on purpose, and writes down what a *sending* mail server did in it.

A sender that honours DANE for SMTP (RFC 7672) or MTA-STS (RFC 8461) shows it only where
something is wrong: mail that should have waited arrives.  So here is a domain for each thing
that can be wrong, and for some that only look so.  Each is a `SendingSituation`: mail exchangers
(`MxPlan`), their certificates, TLSA records and DNS, a policy, and what the RFCs demand of a
sender.  One message is sent to each, by the sender under test.  What arrives is thrown away.

    with SenderWorld(SITUATIONS) as world:
        submit(world.situations, "127.0.0.1", 2500)      # to the sender under test
        world.journal.wait_until_settled(...)
        report = judge(world.situations, world.journal.entries, Profile(dane=True))

What is demanded (`Duty`) and what was seen (`Conduct`) are compared in `journal_verdicts`, without a look
at the sender's own log: whether it *verified* something cannot be seen from here, whether it sent
mail where it had to wait can.  So each rule has two domains where that is possible, one where mail
has to arrive and one where it must not.

The names are below `senders.test`, which is signed, and `senders-unsigned.test`, which is not.
Every mail exchanger has an address of its own, as all senders use port 25 of whatever they are
told.  docs/senders.md says how to bring a sender into such a world.
"""

from pyfinger.demo.senders.dane_situations import DANE_SITUATIONS
from pyfinger.demo.senders.journal import Journal, JournalEntry, SmtpStep
from pyfinger.demo.senders.journal_verdicts import (
    Conduct,
    Mark,
    SenderEnding,
    SenderReport,
    SituationResult,
    judge,
)
from pyfinger.demo.senders.sender_world import SenderPorts, SenderWorld
from pyfinger.demo.senders.situations import Duty, MxPlan, Profile, Rule, SendingSituation
from pyfinger.demo.senders.sts_cases import STS_SITUATIONS
from pyfinger.demo.senders.submission import SubmissionOutcome, submit

SITUATIONS = (*DANE_SITUATIONS, *STS_SITUATIONS)

__all__ = [
    "DANE_SITUATIONS",
    "SITUATIONS",
    "STS_SITUATIONS",
    "Duty",
    "Journal",
    "JournalEntry",
    "Mark",
    "MxPlan",
    "Profile",
    "Rule",
    "Conduct",
    "SenderEnding",
    "SenderPorts",
    "SenderReport",
    "SenderWorld",
    "SendingSituation",
    "SituationResult",
    "SmtpStep",
    "SubmissionOutcome",
    "judge",
    "submit",
]
