"""MTA-STS and TLSRPT: what a domain demands of senders' TLS (RFC 8461), and who wants to hear (RFC 8460)."""
