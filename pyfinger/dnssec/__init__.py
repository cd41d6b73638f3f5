"""DNSSEC of our own: validating what a resolver says (RFC 4033 to 4035, 5155)."""
