"""Certificates, keys and names as OpenSSL prints them (X509_print_ex(), crypto/x509/t_x509.c).

layout        octets in rows, numbers, indentation
object_names  what OpenSSL calls objects
names         distinguished names (XN_FLAG_ONELINE), general names
keys          public keys (encode_key2text.c)
signatures    algorithms with their parameters, signatures
extensions    the extensions, by type (v3_*.c); other_extensions has those that servers rarely show
certificate   all of it, and the certificate in PEM
"""

from __future__ import annotations

from pyfinger.x509.text.certificate import certificate_text
from pyfinger.x509.text.keys import key_text
from pyfinger.x509.text.names import name_text

__all__ = ["certificate_text", "key_text", "name_text"]
