"""ASN.1 as OpenSSL's template decoder reads it and its encoder writes it.

What a structure consists of is a table (`pyfinger.x509.structures`): an item
has a name and, if it is a SEQUENCE, fields; a field has an item, and may be
optional, tagged, or many.  One decoder reads them all (tasn_dec.c) and one
encoder writes them out again (tasn_enc.c), since OpenSSL's digests are over
what it writes, not over what came.

    header    identifier and length octets, end-of-contents, strings in pieces
    content   what is between them, type by type
    item      items and fields: reading and writing
    faults    OpenSSL's error queue, entry by entry, as the decoder unwinds
"""
