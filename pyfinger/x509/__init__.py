"""Certificates: reading, naming, and judging them as OpenSSL does."""
