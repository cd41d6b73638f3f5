"""Random probes, each under the real posttls-finger(1) and under pyfinger, and what differs.

    python -m tests.lab.parityfuzz --seed S --count N      what `make parity-fuzz` runs

    case.py, draw.py        what a case is; chance that is the same every time
    generating.py           case I of seed S, from one of the generators:
      commandlines.py         with options.py, destinations.py, parameters.py
      certificates.py         with credentials.py, which makes the octets
      chains.py               chains, trust, what has to match
      sessions.py             TLS: versions, ciphers, groups, client keys, resumption
      names.py                DNS
      dialogues.py            SMTP
      pemfiles.py
      configurations.py       main.cf
    booth.py                a place to run cases in; there are as many as `--jobs`
      forker.py               runs both programs, pyfinger without its start
      serving.py, nameserver.py   a case's own servers
    judging.py              whether the two said the same
    explaining.py           where they need not, and why
    reducing.py             a differing case made small

Of all this the rest of the lab imports only the forker (`dnssec/verdicts.py`).
"""
