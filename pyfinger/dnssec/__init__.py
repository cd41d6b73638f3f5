"""DNSSEC of our own: what a resolver says, validated from the root down (RFC 4033 to 4035, 5155, 6840).

A zone signs its data with its keys, and its parent says which keys are its:

    .                DNSKEY  20326, 38696 ...        known beforehand: the trust anchors
    .                        signs   com DS          "com's key is this"
    com              DNSKEY          signed by the key that DS names
    com                      signs   example.com DS
    example.com      DNSKEY
    example.com              signs   example.com MX

A resolver hands all of it over if asked with DO=1, and with CD=1 also what it would call
bogus.  Nothing of the resolver is believed, its AD bit least of all; it can withhold, but
not lie.

**Positive answers** (RFC 4035 section 5.3).  The RRSIG says who has signed (its signer), with
which key (tag and algorithm) and until when.  One good signature is enough.  If it counts
fewer labels than the name has, the records were made of a wildcard; then a denial has to
show that nothing closer exists.

**Denials** (section 5.4).  What is not there cannot be signed, but the gap can: an NSEC
says that nothing lies between its owner and the next name, and which types the owner has.
NSEC3 says the same of hashes of names; with opt-out, unsigned delegations may lie in the
gap, so that what hangs on it is not secure.  Absence of a name needs two gaps, its own and
that of the wildcard that could stand for it.

**The walk** (section 5.2).  From the closest trust anchor down, at each name: is there a DS?
Signed, and the next zone's keys are known.  Denied, at a name with NS: an insecure
delegation, below which nothing need be signed.  Denied otherwise: no zone begins here.
The walk ends at the signer; for what has no signature it ends at the name itself, and only
if an insecure delegation lies on the way is that right.

**Four outcomes** (`pyfinger.model.dnssec`, RFC 4033 section 5): secure; insecure, proven not
to be signed, or below no anchor; bogus; and indeterminate, which is for what could not be
had or would cost too much.  The last two are as bad as no answer.

**What a reply is held to.**  Whoever reads it reads the answer section and the code, so that
both have to be proven: no record more than the question and its aliases ask for; no code
but the one that follows.  An alias that ends the reply is followed by asking on.

**Costs.**  All of it is an attacker's to make dear: keys that share a tag, signatures by the
hundred, hashes by the thousand (KeyTrap, CVE-2023-50387 and 50868).  `validation_budget` says how much
one question may take.  A probe asks for several names of one domain: what the walk has
found (`authentication_chain.LinkMemory`) and every verification (`signatures.VerifyMemory`) is remembered.

    here                                   RFC              Unbound
    validator.Validator.validate           4035 section 5   val_handle (validator.c)
    authentication_chain.Chain.zone_of     4035 section 5   processFindKey
    prover.Prover.no_delegation            6840 section 4.4 ds_response_to_ke, val_nsec_prove_nodata_dsreply
    zone_keys.choose, .trusted_keys        4509 section 3   val_verify_DNSKEY_with_DS (val_utils.c)
    signatures.SignatureChecker.check      4035 section 5.3 dnskey_verify_rrset (val_sigcrypt.c)
    signatures.signed_data                 4034 section 3.1.8.1  rrset_canonical
    denial.NsecDenials                     4035 section 5.4 val_nsec.c
    denial.Nsec3Denials                    5155 section 8   val_nsec3.c
    denial.denies_type                     6840 section 4   nsec_proves_nodata
    denial.ends_authority                  6840 section 4.1 val_nsec_proves_name_error

dnspython is used for one thing only, RDATA as zone files spell it (`zone_text`): its
messages and names cost more than the walk, and its validation needs OpenSSL.
"""
