"""Which posttls-finger we are like (`--like`), and all that one release decides otherwise than another.

Nobody asks for the release: each difference is a field here, named after what it is about.
What is no field is the same in all of them.  docs/references.md has what was measured, and where.
"""

from __future__ import annotations

from pyfinger.values import Value, replace


class Reference(Value):
    """A release of Postfix with the OpenSSL it was measured with."""

    word: str  # what `--like` calls it
    mail_version: str
    openssl: int  # OPENSSL_VERSION_NUMBER, as session keys have it
    eecdh_auto_curves: str  # defaults of main.cf's tls_eecdh_auto_curves and tls_ffdhe_auto_groups
    ffdhe_auto_groups: str
    compressed_points: bool  # ec_point_formats has the compressed ones, too (RFC 8422 section 5.1.2)
    one_ticket: bool  # of each connection only the first session is kept
    decoded_messages: bool  # `-L ssl-debug` shows what SSL_trace() prints
    trace_file: bool  # `-L trace` keeps that in a file
    one_mask: bool  # the words of `-L` are read for each session anew, and stay in force with `-r`


_POSTFIX_3_10 = Reference(
    word="3.10",
    mail_version="3.10.13",
    openssl=0x30500070,  # 3.5.7
    eecdh_auto_curves="X25519 X448 prime256v1 secp384r1 secp521r1",
    ffdhe_auto_groups="ffdhe2048 ffdhe3072",
    compressed_points=True,
    one_ticket=False,
    decoded_messages=False,
    trace_file=False,
    one_mask=False,
)
_POSTFIX_3_11 = Reference(
    word="3.11",
    mail_version="3.11.7",
    openssl=0x30600050,  # 3.6.5
    eecdh_auto_curves="?X25519MLKEM768:DEFAULT",
    ffdhe_auto_groups="",
    compressed_points=False,
    one_ticket=True,
    decoded_messages=True,
    trace_file=False,
    one_mask=False,
)
_POSTFIX_3_12 = replace(
    _POSTFIX_3_11,
    word="3.12",
    mail_version="3.12-20260821",
    decoded_messages=False,
    trace_file=True,
    one_mask=True,
)

DEFAULT_REFERENCE = _POSTFIX_3_10
REFERENCES = {reference.word: reference for reference in (_POSTFIX_3_10, _POSTFIX_3_11, _POSTFIX_3_12)}
