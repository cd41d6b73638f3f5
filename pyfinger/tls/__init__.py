"""A sans-IO TLS client on tlslite-ng's parts, in OpenSSL's manners."""
