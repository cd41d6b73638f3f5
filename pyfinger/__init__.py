"""Probe the TLS of mail servers: what posttls-finger(1) does, in pure Python, without OpenSSL."""

__version__ = "0.1.0"
