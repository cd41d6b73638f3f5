"""Extensions of handshake messages, each as it looks in the message it is in.

RFC 8446 section 4.2 and the RFCs its table names.  One nobody here knows is
shown as bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from pyfinger.dissect import registries as names
from pyfinger.dissect.certificate_trees import distinguished_name, object_identifier
from pyfinger.dissect.field import (
    Decode,
    Field,
    FieldCursor,
    anything,
    group,
    many,
    nothing,
    number,
    opaque,
    text,
    vector,
)
from pyfinger.tls.codepoints import ExtensionType


class Place(Enum):
    """The message an extension is in."""

    CLIENT_HELLO = auto()
    SERVER_HELLO = auto()
    HELLO_RETRY = auto()
    ENCRYPTED_EXTENSIONS = auto()
    CERTIFICATE = auto()
    CERTIFICATE_REQUEST = auto()
    TICKET = auto()


def extensions(at: FieldCursor, place: Place) -> None:
    """The extension block with its length."""
    seen: set[int] = set()

    def extension(inner: FieldCursor) -> str:
        code = inner.number("extension_type", 2, names.extension)
        if code in seen:
            inner.problem = "repeated"
        seen.add(code)
        inner.vector("extension_data", 2, _SPECIAL.get((place, code)) or _GENERAL.get(code, anything))
        return names.extension(code)

    many("extensions", 2, group("extension", extension))(at)


def extension_data(tree: Field, code: int) -> Field | None:
    """The content of the first extension of a type in a decoded message."""
    for extension in tree.all("extension"):
        if extension.number("extension_type") == code:
            return extension.children[1]
    return None


# --- extensions that are more than one shape -------------------------------------


def _server_name(at: FieldCursor) -> None:
    at.number("name_type", 1, names.NAME_TYPES)
    at.opaque("host_name", 2, text)


def _status_request(at: FieldCursor) -> None:
    if at.number("status_type", 1, names.STATUS_TYPES) != _OCSP:
        at.rest("request")
        return
    _RESPONDERS(at)
    at.opaque("request_extensions", 2)


def status(at: FieldCursor) -> None:
    """A CertificateStatus (RFC 6066 section 8, RFC 6961 section 2.2)."""
    kind = at.number("status_type", 1, names.STATUS_TYPES)
    if kind == _OCSP:
        at.opaque("ocsp_response", 3)
    elif kind == _OCSP_MULTI:
        _RESPONSES(at)
    else:
        at.rest("response")


def _share(at: FieldCursor) -> str:
    code = at.number("group", 2, names.group)
    at.opaque("key_exchange", 2)
    return names.group(code)


def _identity(at: FieldCursor) -> None:
    at.opaque("identity", 2)
    at.number("obfuscated_ticket_age", 4)


def _offered_keys(at: FieldCursor) -> None:
    _IDENTITIES(at)
    _BINDERS(at)


def _filter(at: FieldCursor) -> None:
    at.opaque("certificate_extension_oid", 1, lambda data: object_identifier(data[2:]))
    at.opaque("certificate_extension_values", 2)


_OCSP, _OCSP_MULTI = 1, 2
_RESPONDERS = many("responder_id_list", 2, opaque("responder_id", 2))
_RESPONSES = many("ocsp_response_list", 3, opaque("ocsp_response", 3))
_IDENTITIES = many("identities", 2, group("psk_identity", _identity))
_BINDERS = many("binders", 2, opaque("binder", 1))
_TYPE = number("certificate_type", 1, names.CERTIFICATE_TYPES)
_TYPES = many("certificate_types", 1, _TYPE)
SCHEMES = many("supported_signature_algorithms", 2, number("signature_scheme", 2, names.scheme))
AUTHORITIES = many("certificate_authorities", 2, vector("distinguished_name", 2, distinguished_name))

_GENERAL: Mapping[int, Decode] = {
    ExtensionType.SERVER_NAME: nothing,
    ExtensionType.MAX_FRAGMENT_LENGTH: number("max_fragment_length", 1, names.FRAGMENT_LENGTHS),
    ExtensionType.TRUNCATED_HMAC: nothing,
    ExtensionType.STATUS_REQUEST: nothing,
    ExtensionType.SUPPORTED_GROUPS: many("named_group_list", 2, number("named_group", 2, names.group)),
    ExtensionType.EC_POINT_FORMATS: many(
        "ec_point_format_list", 1, number("ec_point_format", 1, names.POINT_FORMATS)
    ),
    ExtensionType.SIGNATURE_ALGORITHMS: SCHEMES,
    ExtensionType.HEARTBEAT: number("mode", 1, names.HEARTBEAT_MODES),
    ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION: many(
        "protocol_name_list", 2, opaque("protocol_name", 1, text)
    ),
    ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP: many("sct_list", 2, opaque("serialized_sct", 2)),
    ExtensionType.CLIENT_CERTIFICATE_TYPE: _TYPE,
    ExtensionType.SERVER_CERTIFICATE_TYPE: _TYPE,
    ExtensionType.ENCRYPT_THEN_MAC: nothing,
    ExtensionType.EXTENDED_MASTER_SECRET: nothing,
    ExtensionType.COMPRESS_CERTIFICATE: many(
        "algorithms", 1, number("algorithm", 2, names.CERTIFICATE_COMPRESSIONS)
    ),
    ExtensionType.RECORD_SIZE_LIMIT: number("record_size_limit", 2),
    ExtensionType.DELEGATED_CREDENTIAL: SCHEMES,
    ExtensionType.PRE_SHARED_KEY: number("selected_identity", 2),
    ExtensionType.EARLY_DATA: nothing,
    ExtensionType.SUPPORTED_VERSIONS: number("selected_version", 2, names.version),
    ExtensionType.COOKIE: opaque("cookie", 2),
    ExtensionType.PSK_KEY_EXCHANGE_MODES: many("ke_modes", 1, number("ke_mode", 1, names.psk_mode)),
    ExtensionType.CERTIFICATE_AUTHORITIES: AUTHORITIES,
    ExtensionType.OID_FILTERS: many("filters", 2, group("filter", _filter)),
    ExtensionType.POST_HANDSHAKE_AUTH: nothing,
    ExtensionType.SIGNATURE_ALGORITHMS_CERT: SCHEMES,
    ExtensionType.KEY_SHARE: group("server_share", _share),
    ExtensionType.RENEGOTIATION_INFO: opaque("renegotiated_connection", 1),
}

# Where an extension looks different from what it is elsewhere.
_SPECIAL: Mapping[tuple[Place, int], Decode] = {
    (Place.CLIENT_HELLO, ExtensionType.SERVER_NAME): many(
        "server_name_list", 2, group("server_name", _server_name)
    ),
    (Place.CLIENT_HELLO, ExtensionType.STATUS_REQUEST): _status_request,
    (Place.CLIENT_HELLO, ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP): nothing,
    (Place.CLIENT_HELLO, ExtensionType.CLIENT_CERTIFICATE_TYPE): _TYPES,
    (Place.CLIENT_HELLO, ExtensionType.SERVER_CERTIFICATE_TYPE): _TYPES,
    (Place.CLIENT_HELLO, ExtensionType.PRE_SHARED_KEY): _offered_keys,
    (Place.CLIENT_HELLO, ExtensionType.SUPPORTED_VERSIONS): many(
        "versions", 1, number("version", 2, names.version)
    ),
    (Place.CLIENT_HELLO, ExtensionType.KEY_SHARE): many("client_shares", 2, group("key_share_entry", _share)),
    (Place.HELLO_RETRY, ExtensionType.KEY_SHARE): number("selected_group", 2, names.group),
    (Place.CERTIFICATE, ExtensionType.STATUS_REQUEST): status,
    (Place.CERTIFICATE_REQUEST, ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP): nothing,
    (Place.TICKET, ExtensionType.EARLY_DATA): number("max_early_data_size", 4),
}
