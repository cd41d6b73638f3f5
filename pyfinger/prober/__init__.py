"""One probe, from destination to verdict: the only part that knows all the protocols.

Begin with `probe.py`.
"""
