"""The SMTP and LMTP dialogue as far as a probe speaks it."""
