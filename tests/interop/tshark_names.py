"""What tshark's fields are called, and what ours are: the tables of `tshark`.

Names of tshark's stand without `tls.`; of ours there may be several, which are
the same to tshark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# What tshark 4.0 calls numbers that others tried out before IANA gave them away.
EXPERIMENTS = re.compile("GREASE|frodo")

# The content of a field, and its length.
CONTENT: Mapping[str, str] = {
    "alert_message.desc": "description",
    "alert_message.level": "level",
    "compress_certificate.algorithm": "algorithm",
    "compress_certificate.compressed_certificate_message": "compressed_certificate_message",
    "compress_certificate.uncompressed_length": "uncompressed_length",
    "early_data.max_early_data_size": "max_early_data_size",
    "extension.psk_ke_mode": "ke_mode",
    "handshake.cert_status_request_type": "status_type",
    "handshake.cert_status_type": "status_type",
    "handshake.cert_type": "client_certificate_type",
    "handshake.cert_type.type": "certificate_type",
    "handshake.cert_type.types": "certificate_types",
    "handshake.cert_types": "certificate_types",
    "handshake.certificate": "certificate ASN1_subjectPublicKeyInfo",
    "handshake.certificate_request_context": "certificate_request_context",
    "handshake.certificates": "certificate_list",
    "handshake.ciphersuite": "cipher_suite",
    "handshake.ciphersuites": "cipher_suites",
    "handshake.client_cert_vrfy.sig": "signature",
    "handshake.client_point": "ecdh_Yc",
    "handshake.comp_method": "compression_method legacy_compression_method",
    "handshake.comp_methods": "legacy_compression_methods",
    "handshake.dnames": "certificate_authorities",
    "handshake.epms": "encrypted_premaster_secret",
    "handshake.extension.data": "data extension_data",
    "handshake.extension.type": "extension_type",
    "handshake.extensions.cookie": "cookie",
    "handshake.extensions.psk.binders": "binders",
    "handshake.extensions.psk.identity.identity": "identity",
    "handshake.extensions.psk.identity.obfuscated_ticket_age": "obfuscated_ticket_age",
    "handshake.extensions.psk.identity.selected": "selected_identity",
    "handshake.extensions.supported_version": "version selected_version",
    "handshake.extensions_alpn_str": "protocol_name",
    "handshake.extensions_ec_point_format": "ec_point_format",
    "handshake.extensions_ec_point_formats": "ec_point_format_list",
    "handshake.extensions_key_share_group": "group",
    "handshake.extensions_key_share_key_exchange": "key_exchange",
    "handshake.extensions_key_share_selected_group": "selected_group",
    "handshake.extensions_padding_data": "data",
    "handshake.extensions_server_name": "host_name",
    "handshake.extensions_server_name_type": "name_type",
    "handshake.extensions_supported_group": "named_group",
    "handshake.extensions_supported_groups": "named_group_list",
    "handshake.g": "dh_g",
    "handshake.key_update.request_update": "request_update",
    "handshake.ocsp_response": "ocsp_response",
    "handshake.p": "dh_p",
    "handshake.random": "random",
    "handshake.record_size_limit": "record_size_limit",
    "handshake.server_curve_type": "curve_type",
    "handshake.server_named_curve": "named_curve",
    "handshake.server_point": "public",
    "handshake.session_id": "legacy_session_id legacy_session_id_echo",
    "handshake.session_ticket": "ticket",
    "handshake.session_ticket_age_add": "ticket_age_add",
    "handshake.session_ticket_lifetime_hint": "ticket_lifetime ticket_lifetime_hint",
    "handshake.session_ticket_nonce": "ticket_nonce",
    "handshake.sig": "signature",
    "handshake.sig_hash_alg": "signature_scheme algorithm",
    "handshake.sig_hash_algs": "supported_signature_algorithms",
    "handshake.type": "msg_type",
    "handshake.verify_data": "verify_data",
    "handshake.version": "legacy_version",
    "handshake.yc": "dh_Yc",
    "handshake.ys": "dh_Ys",
    "x509af.algorithm.id": "algorithm",
    "x509af.critical": "critical",
    "x509af.extension.id": "extnID",
    "x509af.generalizedTime": "notBefore notAfter",
    "x509af.serialNumber": "serialNumber",
    "x509af.utcTime": "notBefore notAfter",
    "x509af.version": "number",
    "x509ce.dNSName": "dNSName",
    "x509ce.IPAddress.ipv4": "iPAddress",
    "x509ce.IPAddress.ipv6": "iPAddress",
}
LENGTH: Mapping[str, str] = {
    "compress_certificate.algorithms_length": "algorithms",
    "compress_certificate.compressed_certificate_message.length": "compressed_certificate_message",
    "extension.psk_ke_modes_length": "ke_modes",
    "handshake.cert_type.types_len": "certificate_types",
    "handshake.cert_types_count": "certificate_types",
    "handshake.certificate_length": "certificate ASN1_subjectPublicKeyInfo",
    "handshake.certificate_request_context_length": "certificate_request_context",
    "handshake.certificates_length": "certificate_list ASN1_subjectPublicKeyInfo",
    "handshake.cipher_suites_length": "cipher_suites",
    "handshake.client_cert_vrfy.sig_len": "signature",
    "handshake.client_point_len": "ecdh_Yc",
    "handshake.comp_methods_length": "legacy_compression_methods",
    "handshake.dnames_len": "certificate_authorities",
    "handshake.dname_len": "distinguished_name",
    "handshake.epms_len": "encrypted_premaster_secret",
    "handshake.length": "",  # whatever the message is
    "handshake.extension.len": "extension_data",
    "handshake.extensions.cookie_len": "cookie",
    "handshake.extensions.psk.binders_len": "binders",
    "handshake.extensions.psk.identities.length": "identities",
    "handshake.extensions.psk.identity.identity_length": "identity",
    "handshake.extensions.supported_versions_len": "versions",
    "handshake.extensions_alpn_len": "protocol_name_list",
    "handshake.extensions_alpn_str_len": "protocol_name",
    "handshake.extensions_ec_point_formats_length": "ec_point_format_list",
    "handshake.extensions_key_share_client_length": "client_shares",
    "handshake.extensions_key_share_key_exchange_length": "key_exchange",
    "handshake.extensions_length": "extensions",
    "handshake.extensions_reneg_info_len": "renegotiated_connection",
    "handshake.extensions_server_name_len": "host_name",
    "handshake.extensions_server_name_list_len": "server_name_list",
    "handshake.extensions_supported_groups_length": "named_group_list",
    "handshake.g_len": "dh_g",
    "handshake.ocsp_response_len": "ocsp_response",
    "handshake.p_len": "dh_p",
    "handshake.server_point_len": "public",
    "handshake.session_id_length": "legacy_session_id legacy_session_id_echo",
    "handshake.session_ticket_length": "ticket",
    "handshake.session_ticket_nonce_length": "ticket_nonce",
    "handshake.sig_hash_alg_len": "supported_signature_algorithms",
    "handshake.sig_len": "signature",
    "handshake.yc_len": "dh_Yc",
    "handshake.ys_len": "dh_Ys",
}
# Not in a message: conclusions of tshark's; parts of what is compared as a whole; the inside of
# certificates but for the fields above.
LEFT_OUT = re.compile(
    r"$|_ws\.|pkcs1\.|ber\.|x509|pkix|tls\.(resumed|handshake$|handshake\.(fragment|reassembled|ja3|random_"
    r"|sig_hash_(hash|sig)$|length$|session_ticket_data))"
)
# Of ours, what tshark 4.0 does not show: DER, the bytes of fields it has only a heading for.
OURS_ALONE = frozenset(
    "Name issuer subject parameters extnValue subjectPublicKey signatureValue generalName uniqueID otherName "
    "directoryName rfc822Name uniformResourceIdentifier verify_data binder ke_mode".split()
)
