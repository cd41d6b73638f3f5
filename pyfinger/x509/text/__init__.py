"""Certificates, keys and names as OpenSSL prints them (X509_print_ex(), crypto/x509/t_x509.c).

layout               octets in rows, numbers, indentation
object_names         what OpenSSL calls objects
printed_names        distinguished names (XN_FLAG_ONELINE), general names
printed_keys         public keys (encode_key2text.c)
printed_signatures   algorithms with their parameters, signatures
times                moments
printed_extensions   the extensions, by type (v3_*.c)
other_extensions     those that servers rarely show
printed_certificate  all of it, and the certificate in PEM
"""

from __future__ import annotations

from pyfinger.x509.text.printed_certificate import certificate_text
from pyfinger.x509.text.printed_keys import key_text
from pyfinger.x509.text.printed_names import name_text

__all__ = ["certificate_text", "key_text", "name_text"]
