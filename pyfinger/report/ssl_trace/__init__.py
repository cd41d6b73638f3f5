"""Messages as SSL_trace() of OpenSSL 3.6 prints them (ssl/t1_trce.c): `-L ssl-debug` of Postfix 3.11.

    names      what OpenSSL's tables call code points; what is in none of them is UNKNOWN
    writing    indented lines, octets in hexadecimal, and the reader that gives up where OpenSSL does
    extensions extensions of any message
    messages   handshake messages
    tracing    records and messages among the lines about states (`report.states`)

Certificates are printed by `x509.text`.
"""
