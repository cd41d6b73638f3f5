"""A small internet on loopback, in one process: DNS, SMTP and LMTP servers to probe."""
