"""Servers of every TLS implementation at hand, met by pyfinger and by the real posttls-finger.

    python -m tests.stacks [--only STACKS] [--scenario NAMES] [--few] [--diff] [--markdown]

`registry` has the stacks and what each can do, `scenarios` what is asked of them;
`servers` starts one, `front` speaks SMTP before it, `cells` runs both programs against
it and compares, `table` shows what came of it.  Needs what tests/lab needs, and the lab up.
"""
