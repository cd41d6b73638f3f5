"""Spoilt TLS sessions, the same ones for the reference and for pyfinger, and what both say of them."""
