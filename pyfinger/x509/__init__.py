"""Certificates as OpenSSL 3.5 reads and verifies them (RFC 5280, RFC 9525; x509_vfy.c).

Postfix logs OpenSSL's verdict, so that is what has to come out: not whether RFC 5280 would
take a chain, but what X509_verify_cert says of it, with every error in its order.

**Reading** (`asn1`, `structures`, `certificate`, `certificate_extensions`, `public_keys`).  A certificate is
decoded by templates as OpenSSL's are, since what they take is neither BER nor DER, and
their refusals are logged.  Extensions that are not understood spoil the certificate
("invalid", EXFLAG_INVALID) but not the reading; a key that cannot be used is no key.

**Building** (`build_chain`).  From the leaf up, one issuer at a time: from the store if it
has one, else from what the server sent.  An issuer is whoever bears the name, the key
identifier and a key of the right kind; signatures are not looked at, and of several the
first whose dates are good wins.  There is no way back: the chain that comes of it may be
the wrong one of two, and is reported as such.  It ends in trust if the store has its last
certificate self-signed, or says so of one (`trust_store`: TRUSTED CERTIFICATE), or if a TLSA
record vouches for a link (`dane`).

**Checking** (`verify.CHECKS`).  The finished chain goes through all checks in turn.  Postfix's
callback always goes on, so a failure stops nothing and each is kept as a callback record;
`model.Verdict` picks the one that is logged: the nearest to the leaf, a name last.

**Names** (`reference_identity`).  Whether the leaf is whom we meant: match names against
dNSNames, or common names if there are none, and an address (RFC 9525, RFC 6125 section 6.4).
Wildcards are a whole left-most label.

**Costs** (`verify_context.VerifyBudget`).  Whoever sends a chain decides how much work it is
(CVE-2018-16875); signatures and candidates are counted, as webpki does.

With x509_vfy.c open:

    here                                            there
    verify_context.VerifyContext                    X509_STORE_CTX
    verify_context.VerifyParams, Purpose            X509_VERIFY_PARAM, X509_PURPOSE
    VerifyContext.fail, .good                       verify_cb_cert, ctx->verify_cb(1, ctx)
    verify.verify                                   X509_verify_cert, x509_verify_x509
    verify._dane_verify, ._check_leaf_suite_b       dane_verify, check_leaf_suiteb
    verify._verify_chain                            verify_chain
    build_chain.build_chain                         build_chain
    ._trusted_issuer, ._untrusted_issuer, ._best    get1_trusted_issuer, get1_best_issuer_other_sk
    ._check_trust, ._trust                          check_trust, X509_check_trust
    ._check_dane_issuer, ._check_dane_pkeys         check_dane_issuer, check_dane_pkeys
    checks.check_extensions                         check_extensions, check_curve
    checks.check_ca, .check_purpose                 X509_check_ca, X509_check_purpose (v3_purp.c)
    checks.check_auth_level                         check_auth_level
    checks.key_is_weak, .signature_is_weak          check_key_level, check_sig_level, turned round
    checks.check_id                                 check_id, check_hosts
    checks.check_suite_b                            X509_chain_check_suiteb (x509_cmp.c)
    checks.internal_verify                          internal_verify
    checks.check_name_constraints                   check_name_constraints
    checks.check_resources                          X509v3_asid_validate_path, X509v3_addr_validate_path
    constraints.violation                           NAME_CONSTRAINTS_check, ..._check_CN (v3_ncons.c)
    issuing.likely_issued, .signing_forbidden       ossl_x509_likely_issued, ossl_x509_signing_allowed
    issuing.self_signed, .self_issued               EXFLAG_SS, EXFLAG_SI
    issuing.signature_holds                         X509_verify (x_all.c)
    issuing.time_failures                           ossl_x509_check_cert_time
    reference_identity.ReferenceIdentity.match      X509_check_host, X509_check_ip (v3_utl.c)
    crypto.strength                                 EVP_PKEY_get_security_bits, ossl_x509_init_sig_info
    failures.X509VErr, text                         X509_V_ERR_..., X509_verify_cert_error_string
    certificate.read_chain, .read_at                tls_process_server_certificate
    key_structures.read_raw_key, .encode_key        tls_process_rpk, i2d_PUBKEY
    signature_faults                                the error queue after EVP_DigestVerify

Policies and revocation are not here: Postfix asks for neither.
"""
