"""Servers that misbehave in known ways, and SMTP fronts of `openssl s_server`.

`python -m tests.lab.scripted`, inside the lab's network, serves all of them.
"""
