"""Messages as SSL_trace() of OpenSSL 3.6 prints them (ssl/t1_trce.c): `-L ssl-debug` of Postfix 3.11.

    code_names           what OpenSSL's tables call code points; what is in none of them is UNKNOWN
    writing              indented lines, octets in hexadecimal
    seen                 a message, and what those before it have settled
    traced_messages      handshake messages; certificates and key exchange have modules of their own
    traced_extensions    extensions of any message
    tracing              records and messages among the lines about states (`report.states`)

Certificates are printed by `x509.text`.
"""
