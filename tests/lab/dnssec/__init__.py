"""DNSSEC in the lab: a world of good, odd and broken zones, and what validators say of it.

    python -m tests.lab.dnssec world        every question of the world, to pyfinger, delv and unbound-host
    python -m tests.lab.dnssec scenarios    the lab's scenarios with `--dnssec own`, behind three resolvers
    python -m tests.lab.dnssec              both

    world.py        the zones: algorithms, denials, faults, and what is asked of each
    signing.py      makes them: ldns-signzone, and a hand that spoils
    serving.py      Knot has them; Unbound, validating and not, and dnsmasq resolve
    asking.py       pyfinger, delv and unbound-host, each with one question
    answers.py      asks everybody everything, prints the table, knows where they may differ
    verdicts.py     the scenarios

Its own root and servers (127.0.96.N) are in the lab's network, which has to be up.
"""
