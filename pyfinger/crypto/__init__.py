"""Cryptographic primitives, values in and values out; this room knows no protocol.

What is ours is here because no well-kept library in pure Python has it, or does it as
OpenSSL does; the rest comes in by one door each (docs/architecture.md).  Nothing here
is constant in time: a prober's keys live for one session and guard nobody's service.
"""
