"""Whole probes, the verifier, the session cache."""
