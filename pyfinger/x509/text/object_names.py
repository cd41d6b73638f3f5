"""OpenSSL's long names of objects, as far as they may stand in a certificate (crypto/objects/objects.txt).

By the arc they are under: `NUMBER NAME; NUMBER NAME`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

_ARCS: Mapping[str, str] = {
    "0.9.2342.19200300.100.1": (
        "1 userId; 2 textEncodedORAddress; 3 rfc822Mailbox; 4 info; 5 favouriteDrink; 6 roomNumber; 7 "
        "photo; 8 userClass; 9 host; 10 manager; 11 documentIdentifier; 12 documentTitle; 13 "
        "documentVersion; 14 documentAuthor; 15 documentLocation; 20 homeTelephoneNumber; 21 secretary; 22 "
        "otherMailbox; 23 lastModifiedTime; 24 lastModifiedBy; 25 domainComponent; 26 aRecord; 27 "
        "pilotAttributeType27; 28 mXRecord; 29 nSRecord; 30 sOARecord; 31 cNAMERecord; 37 associatedDomain; "
        "38 associatedName; 39 homePostalAddress; 40 personalTitle; 41 mobileTelephoneNumber; 42 "
        "pagerTelephoneNumber; 43 friendlyCountryName; 44 uniqueIdentifier; 45 organizationalStatus; 46 "
        "janetMailbox; 47 mailPreferenceOption; 48 buildingName; 49 dSAQuality; 50 singleLevelQuality; 51 "
        "subtreeMinimumQuality; 52 subtreeMaximumQuality; 53 personalSignature; 54 dITRedirect; 55 audio; "
        "56 documentPublisher"
    ),
    "1.2.156.10197.1": "301 sm2; 401 sm3; 501 SM2-with-SM3; 504 sm3WithRSAEncryption",
    "1.2.643.2.2": (
        "3 GOST R 34.11-94 with GOST R 34.10-2001; 4 GOST R 34.11-94 with GOST R 34.10-94; 19 GOST R "
        "34.10-2001; 20 GOST R 34.10-94"
    ),
    "1.2.643.2.2.32": (
        "0 id-GostR3410-94-TestParamSet; 2 id-GostR3410-94-CryptoPro-A-ParamSet; 3 "
        "id-GostR3410-94-CryptoPro-B-ParamSet; 4 id-GostR3410-94-CryptoPro-C-ParamSet; 5 "
        "id-GostR3410-94-CryptoPro-D-ParamSet"
    ),
    "1.2.643.2.2.33": (
        "1 id-GostR3410-94-CryptoPro-XchA-ParamSet; 2 id-GostR3410-94-CryptoPro-XchB-ParamSet; 3 "
        "id-GostR3410-94-CryptoPro-XchC-ParamSet"
    ),
    "1.2.643.7.1.1.1": ("1 GOST R 34.10-2012 with 256 bit modulus; 2 GOST R 34.10-2012 with 512 bit modulus"),
    "1.2.643.7.1.1.3": (
        "2 GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit); 3 GOST R 34.10-2012 with GOST R 34.11-2012 "
        "(512 bit)"
    ),
    "1.2.643.100": (
        "1 OGRN; 3 SNILS; 5 OGRNIP; 111 Signing Tool of Subject; 112 Signing Tool of Issuer; 113 Class of "
        "Signing Tool"
    ),
    "1.2.643.100.113": (
        "1 Class of Signing Tool KC1; 2 Class of Signing Tool KC2; 3 Class of Signing Tool KC3; 4 Class of "
        "Signing Tool KB1; 5 Class of Signing Tool KB2; 6 Class of Signing Tool KA1"
    ),
    "1.2.840.10040.4": "1 dsaEncryption; 3 dsaWithSHA1",
    "1.2.840.10045.2": "1 id-ecPublicKey",
    "1.2.840.10045.4": "1 ecdsa-with-SHA1; 2 ecdsa-with-Recommended; 3 ecdsa-with-Specified",
    "1.2.840.10045.4.3": (
        "1 ecdsa-with-SHA224; 2 ecdsa-with-SHA256; 3 ecdsa-with-SHA384; 4 ecdsa-with-SHA512"
    ),
    "1.2.840.10046.2": "1 X9.42 DH",
    "1.2.840.113549.1.1": (
        "1 rsaEncryption; 2 md2WithRSAEncryption; 3 md4WithRSAEncryption; 4 md5WithRSAEncryption; 5 "
        "sha1WithRSAEncryption; 6 rsaOAEPEncryptionSET; 7 rsaesOaep; 8 mgf1; 9 pSpecified; 10 rsassaPss; 11 "
        "sha256WithRSAEncryption; 12 sha384WithRSAEncryption; 13 sha512WithRSAEncryption; 14 "
        "sha224WithRSAEncryption; 15 sha512-224WithRSAEncryption; 16 sha512-256WithRSAEncryption"
    ),
    "1.2.840.113549.1.3": "1 dhKeyAgreement",
    "1.2.840.113549.1.9": (
        "1 emailAddress; 2 unstructuredName; 3 contentType; 4 messageDigest; 5 signingTime; 6 "
        "countersignature; 7 challengePassword; 8 unstructuredAddress; 9 extendedCertificateAttributes; 14 "
        "Extension Request; 15 S/MIME Capabilities; 16 S/MIME; 20 friendlyName; 21 localKeyID; 52 "
        "id-aa-CMSAlgorithmProtection"
    ),
    "1.2.840.113549.1.9.16": (
        "0 id-smime-mod; 1 id-smime-ct; 2 id-smime-aa; 3 id-smime-alg; 4 id-smime-cd; 5 id-smime-spq; 6 "
        "id-smime-cti"
    ),
    "1.2.840.113549.1.9.16.0": (
        "1 id-smime-mod-cms; 2 id-smime-mod-ess; 3 id-smime-mod-oid; 4 id-smime-mod-msg-v3; 5 "
        "id-smime-mod-ets-eSignature-88; 6 id-smime-mod-ets-eSignature-97; 7 "
        "id-smime-mod-ets-eSigPolicy-88; 8 id-smime-mod-ets-eSigPolicy-97"
    ),
    "1.2.840.113549.1.9.16.1": (
        "1 id-smime-ct-receipt; 2 id-smime-ct-authData; 3 id-smime-ct-publishCert; 4 id-smime-ct-TSTInfo; 5 "
        "id-smime-ct-TDTInfo; 6 id-smime-ct-contentInfo; 7 id-smime-ct-DVCSRequestData; 8 "
        "id-smime-ct-DVCSResponseData; 9 id-smime-ct-compressedData; 19 id-smime-ct-contentCollection; 23 "
        "id-smime-ct-authEnvelopedData; 24 id-ct-routeOriginAuthz; 26 id-ct-rpkiManifest; 27 "
        "id-ct-asciiTextWithCRLF; 28 id-ct-xml; 35 id-ct-rpkiGhostbusters; 36 id-ct-resourceTaggedAttest; "
        "47 id-ct-geofeedCSVwithCRLF; 48 id-ct-signedChecklist; 49 id-ct-ASPA; 50 id-ct-signedTAL; 51 "
        "id-ct-rpkiSignedPrefixList"
    ),
    "1.2.840.113549.1.9.16.2": (
        "1 id-smime-aa-receiptRequest; 2 id-smime-aa-securityLabel; 3 id-smime-aa-mlExpandHistory; 4 "
        "id-smime-aa-contentHint; 5 id-smime-aa-msgSigDigest; 6 id-smime-aa-encapContentType; 7 "
        "id-smime-aa-contentIdentifier; 8 id-smime-aa-macValue; 9 id-smime-aa-equivalentLabels; 10 "
        "id-smime-aa-contentReference; 11 id-smime-aa-encrypKeyPref; 12 id-smime-aa-signingCertificate; 13 "
        "id-smime-aa-smimeEncryptCerts; 14 id-smime-aa-timeStampToken; 15 id-smime-aa-ets-sigPolicyId; 16 "
        "id-smime-aa-ets-commitmentType; 17 id-smime-aa-ets-signerLocation; 18 id-smime-aa-ets-signerAttr; "
        "19 id-smime-aa-ets-otherSigCert; 20 id-smime-aa-ets-contentTimestamp; 21 "
        "id-smime-aa-ets-CertificateRefs; 22 id-smime-aa-ets-RevocationRefs; 23 id-smime-aa-ets-certValues; "
        "24 id-smime-aa-ets-revocationValues; 25 id-smime-aa-ets-escTimeStamp; 26 "
        "id-smime-aa-ets-certCRLTimestamp; 27 id-smime-aa-ets-archiveTimeStamp; 28 "
        "id-smime-aa-signatureType; 29 id-smime-aa-dvcs-dvc; 44 id-aa-ets-attrCertificateRefs; 45 "
        "id-aa-ets-attrRevocationRefs; 47 id-smime-aa-signingCertificateV2; 48 id-aa-ets-archiveTimestampV2"
    ),
    "1.2.840.113549.1.9.16.3": (
        "1 id-smime-alg-ESDHwith3DES; 2 id-smime-alg-ESDHwithRC2; 3 id-smime-alg-3DESwrap; 4 "
        "id-smime-alg-RC2wrap; 5 id-smime-alg-ESDH; 6 id-smime-alg-CMS3DESwrap; 7 id-smime-alg-CMSRC2wrap; "
        "8 zlib compression; 9 id-alg-PWRI-KEK"
    ),
    "1.2.840.113549.1.9.16.4": "1 id-smime-cd-ldap",
    "1.2.840.113549.1.9.16.5": "1 id-smime-spq-ets-sqt-uri; 2 id-smime-spq-ets-sqt-unotice",
    "1.2.840.113549.1.9.16.6": (
        "1 id-smime-cti-ets-proofOfOrigin; 2 id-smime-cti-ets-proofOfReceipt; 3 "
        "id-smime-cti-ets-proofOfDelivery; 4 id-smime-cti-ets-proofOfSender; 5 "
        "id-smime-cti-ets-proofOfApproval; 6 id-smime-cti-ets-proofOfCreation"
    ),
    "1.2.840.113549.1.9.22": "1 x509Certificate; 2 sdsiCertificate",
    "1.2.840.113549.1.9.23": "1 x509Crl",
    "1.2.840.113549.2": (
        "2 md2; 4 md4; 5 md5; 6 hmacWithMD5; 7 hmacWithSHA1; 8 hmacWithSHA224; 9 hmacWithSHA256; 10 "
        "hmacWithSHA384; 11 hmacWithSHA512; 12 hmacWithSHA512-224; 13 hmacWithSHA512-256"
    ),
    "1.3.6.1.4.1.311.2.1": (
        "14 Microsoft Extension Request; 21 Microsoft Individual Code Signing; 22 Microsoft Commercial Code "
        "Signing"
    ),
    "1.3.6.1.4.1.311.10.3": (
        "1 Microsoft Trust List Signing; 3 Microsoft Server Gated Crypto; 4 Microsoft Encrypted File System"
    ),
    "1.3.6.1.4.1.311.17": "1 Microsoft CSP Name; 2 Microsoft Local Key set",
    "1.3.6.1.4.1.311.20.2": "2 Microsoft Smartcard Login; 3 Microsoft User Principal Name",
    "1.3.6.1.4.1.311.21": ("7 Microsoft certificate template; 10 Microsoft Application Policies Extension"),
    "1.3.6.1.4.1.311.25": "2 Microsoft NTDS CA Extension",
    "1.3.6.1.4.1.311.25.2": "1 Microsoft NTDS AD objectSid",
    "1.3.6.1.4.1.311.60.2.1": (
        "1 jurisdictionLocalityName; 2 jurisdictionStateOrProvinceName; 3 jurisdictionCountryName"
    ),
    "1.3.6.1.4.1.11129.2.4": (
        "2 CT Precertificate SCTs; 3 CT Precertificate Poison; 4 CT Precertificate Signer; 5 CT Certificate "
        "SCTs"
    ),
    "1.3.6.1.5.2.3": "4 PKINIT Client Auth; 5 Signing KDC Response",
    "1.3.6.1.5.5.7.1": (
        "1 Authority Information Access; 2 Biometric Info; 3 qcStatements; 4 X509v3 Audit Identity; 5 "
        "ac-targeting; 6 aaControls; 7 sbgp-ipAddrBlock; 8 sbgp-autonomousSysNum; 9 sbgp-routerIdentifier; "
        "10 ac-proxying; 11 Subject Information Access; 14 Proxy Certificate Information; 24 TLS Feature; "
        "28 sbgp-ipAddrBlockv2; 29 sbgp-autonomousSysNumv2"
    ),
    "1.3.6.1.5.5.7.2": "1 Policy Qualifier CPS; 2 Policy Qualifier User Notice; 3 textNotice",
    "1.3.6.1.5.5.7.3": (
        "1 TLS Web Server Authentication; 2 TLS Web Client Authentication; 3 Code Signing; 4 E-mail "
        "Protection; 5 IPSec End System; 6 IPSec Tunnel; 7 IPSec User; 8 Time Stamping; 9 OCSP Signing; 10 "
        "dvcs; 17 ipsec Internet Key Exchange; 18 Ctrl/provision WAP Access; 19 Ctrl/Provision WAP "
        "Termination; 21 SSH Client; 22 SSH Server; 23 Send Router; 24 Send Proxied Router; 25 Send Owner; "
        "26 Send Proxied Owner; 27 CMC Certificate Authority; 28 CMC Registration Authority; 29 CMC Archive "
        "Server; 30 BGPsec Router; 31 Brand Indicator for Message Identification; 32 Certificate Management "
        "Key Generation Authority"
    ),
    "1.3.6.1.5.5.7.8": (
        "1 id-on-personalData; 3 Permanent Identifier; 4 Hardware Module Name; 5 XmppAddr; 7 SRVName; 8 "
        "NAIRealm; 9 Smtp UTF8 Mailbox"
    ),
    "1.3.6.1.5.5.7.9": (
        "1 id-pda-dateOfBirth; 2 id-pda-placeOfBirth; 3 id-pda-gender; 4 id-pda-countryOfCitizenship; 5 "
        "id-pda-countryOfResidence"
    ),
    "1.3.6.1.5.5.7.11": "1 id-qcs-pkixQCSyntax-v1",
    "1.3.6.1.5.5.7.21": "0 Any language; 1 Inherit all; 2 Independent",
    "1.3.6.1.5.5.7.48": (
        "1 OCSP; 2 CA Issuers; 3 AD Time Stamping; 4 ad dvcs; 5 CA Repository; 10 RPKI Manifest; 11 Signed "
        "Object; 13 RPKI Notify"
    ),
    "1.3.6.1.5.5.7.48.1": (
        "1 Basic OCSP Response; 2 OCSP Nonce; 3 OCSP CRL ID; 4 Acceptable OCSP Responses; 5 OCSP No Check; "
        "6 OCSP Archive Cutoff; 7 OCSP Service Locator; 8 Extended OCSP Status; 9 valid; 10 path; 11 Trust "
        "Root"
    ),
    "1.3.14.3.2": (
        "3 md5WithRSA; 6 des-ecb; 7 des-cbc; 8 des-ofb; 9 des-cfb; 11 rsaSignature; 12 dsaEncryption-old; "
        "13 dsaWithSHA; 15 shaWithRSAEncryption; 17 des-ede; 18 sha; 26 sha1; 27 dsaWithSHA1-old; 29 "
        "sha1WithRSA"
    ),
    "1.3.36.3.2": "1 ripemd160",
    "1.3.36.3.3.1": "2 ripemd160WithRSA",
    "1.3.36.8.3": "3 Professional Information or basis for Admission",
    "1.3.101": "110 X25519; 111 X448; 112 ED25519; 113 ED448",
    "1.3.101.1.4": "1 Strong Extranet ID",
    "2.5.4": (
        "3 commonName; 4 surname; 5 serialNumber; 6 countryName; 7 localityName; 8 stateOrProvinceName; 9 "
        "streetAddress; 10 organizationName; 11 organizationalUnitName; 12 title; 13 description; 14 "
        "searchGuide; 15 businessCategory; 16 postalAddress; 17 postalCode; 18 postOfficeBox; 19 "
        "physicalDeliveryOfficeName; 20 telephoneNumber; 21 telexNumber; 22 teletexTerminalIdentifier; 23 "
        "facsimileTelephoneNumber; 24 x121Address; 25 internationaliSDNNumber; 26 registeredAddress; 27 "
        "destinationIndicator; 28 preferredDeliveryMethod; 29 presentationAddress; 30 "
        "supportedApplicationContext; 31 member; 32 owner; 33 roleOccupant; 34 seeAlso; 35 userPassword; 36 "
        "userCertificate; 37 cACertificate; 38 authorityRevocationList; 39 certificateRevocationList; 40 "
        "crossCertificatePair; 41 name; 42 givenName; 43 initials; 44 generationQualifier; 45 "
        "x500UniqueIdentifier; 46 dnQualifier; 47 enhancedSearchGuide; 48 protocolInformation; 49 "
        "distinguishedName; 50 uniqueMember; 51 houseIdentifier; 52 supportedAlgorithms; 53 "
        "deltaRevocationList; 54 dmdName; 65 pseudonym; 72 role; 97 organizationIdentifier; 98 "
        "countryCode3c; 99 countryCode3n; 100 dnsName"
    ),
    "2.5.8.1": "1 rsa",
    "2.5.8.3": "100 mdc2WithRSA; 101 mdc2",
    "2.5.29": (
        "9 X509v3 Subject Directory Attributes; 14 X509v3 Subject Key Identifier; 15 X509v3 Key Usage; 16 "
        "X509v3 Private Key Usage Period; 17 X509v3 Subject Alternative Name; 18 X509v3 Issuer Alternative "
        "Name; 19 X509v3 Basic Constraints; 20 X509v3 CRL Number; 21 X509v3 CRL Reason Code; 23 Hold "
        "Instruction Code; 24 Invalidity Date; 27 X509v3 Delta CRL Indicator; 28 X509v3 Issuing "
        "Distribution Point; 29 X509v3 Certificate Issuer; 30 X509v3 Name Constraints; 31 X509v3 CRL "
        "Distribution Points; 32 X509v3 Certificate Policies; 33 X509v3 Policy Mappings; 35 X509v3 "
        "Authority Key Identifier; 36 X509v3 Policy Constraints; 37 X509v3 Extended Key Usage; 38 X509v3 "
        "Authority Attribute Identifier; 39 X509v3 Role Specification Certificate Identifier; 41 X509v3 "
        "Basic Attribute Certificate Constraints; 42 X509v3 Delegated Name Constraints; 43 X509v3 Time "
        "Specification; 46 X509v3 Freshest CRL; 48 X509v3 Attribute Descriptor; 49 X509v3 User Notice; 50 "
        "X509v3 Source of Authority Identifier; 52 X509v3 Acceptable Certification Policies; 54 X509v3 "
        "Inhibit Any Policy; 55 X509v3 AC Targeting; 56 X509v3 No Revocation Available; 57 X509v3 "
        "Acceptable Privilege Policies; 61 X509v3 Indirect Issuer; 62 X509v3 No Assertion; 63 X509v3 "
        "Attribute Authority Issuing Distribution Point; 64 X509v3 Issued On Behalf Of; 65 X509v3 Single "
        "Use; 66 X509v3 Group Attribute Certificate; 67 X509v3 Allowed Attribute Assignments; 68 X509v3 "
        "Attribute Mappings; 69 X509v3 Holder Name Constraints; 70 X509v3 Authorization Validation; 71 "
        "X509v3 Protocol Restriction; 72 X509v3 Subject Alternative Public Key Info; 73 X509v3 Alternative "
        "Signature Algorithm; 74 X509v3 Alternative Signature Value; 75 X509v3 Associated Information"
    ),
    "2.5.29.32": "0 X509v3 Any Policy",
    "2.5.29.37": "0 Any Extended Key Usage",
    "2.16.840.1.101.3.4.2": (
        "1 sha256; 2 sha384; 3 sha512; 4 sha224; 5 sha512-224; 6 sha512-256; 7 sha3-224; 8 sha3-256; 9 "
        "sha3-384; 10 sha3-512; 11 shake128; 12 shake256; 13 hmac-sha3-224; 14 hmac-sha3-256; 15 "
        "hmac-sha3-384; 16 hmac-sha3-512; 19 kmac128; 20 kmac256"
    ),
    "2.16.840.1.101.3.4.3": (
        "1 dsa_with_SHA224; 2 dsa_with_SHA256; 3 dsa_with_SHA384; 4 dsa_with_SHA512; 5 dsa_with_SHA3-224; 6 "
        "dsa_with_SHA3-256; 7 dsa_with_SHA3-384; 8 dsa_with_SHA3-512; 9 ecdsa_with_SHA3-224; 10 "
        "ecdsa_with_SHA3-256; 11 ecdsa_with_SHA3-384; 12 ecdsa_with_SHA3-512; 13 RSA-SHA3-224; 14 "
        "RSA-SHA3-256; 15 RSA-SHA3-384; 16 RSA-SHA3-512; 17 ML-DSA-44; 18 ML-DSA-65; 19 ML-DSA-87; 20 "
        "SLH-DSA-SHA2-128s; 21 SLH-DSA-SHA2-128f; 22 SLH-DSA-SHA2-192s; 23 SLH-DSA-SHA2-192f; 24 "
        "SLH-DSA-SHA2-256s; 25 SLH-DSA-SHA2-256f; 26 SLH-DSA-SHAKE-128s; 27 SLH-DSA-SHAKE-128f; 28 "
        "SLH-DSA-SHAKE-192s; 29 SLH-DSA-SHAKE-192f; 30 SLH-DSA-SHAKE-256s; 31 SLH-DSA-SHAKE-256f; 32 "
        "HASH-ML-DSA-44-WITH-SHA512; 33 HASH-ML-DSA-65-WITH-SHA512; 34 HASH-ML-DSA-87-WITH-SHA512; 35 "
        "SLH-DSA-SHA2-128s-WITH-SHA256; 36 SLH-DSA-SHA2-128f-WITH-SHA256; 37 SLH-DSA-SHA2-192s-WITH-SHA512; "
        "38 SLH-DSA-SHA2-192f-WITH-SHA512; 39 SLH-DSA-SHA2-256s-WITH-SHA512; 40 "
        "SLH-DSA-SHA2-256f-WITH-SHA512; 41 SLH-DSA-SHAKE-128s-WITH-SHAKE128; 42 "
        "SLH-DSA-SHAKE-128f-WITH-SHAKE128; 43 SLH-DSA-SHAKE-192s-WITH-SHAKE256; 44 "
        "SLH-DSA-SHAKE-192f-WITH-SHAKE256; 45 SLH-DSA-SHAKE-256s-WITH-SHAKE256; 46 "
        "SLH-DSA-SHAKE-256f-WITH-SHAKE256"
    ),
    "2.16.840.1.101.3.4.4": "1 ML-KEM-512; 2 ML-KEM-768; 3 ML-KEM-1024",
    "2.16.840.1.113730": "1 Netscape Certificate Extension; 2 Netscape Data Type",
    "2.16.840.1.113730.1": (
        "1 Netscape Cert Type; 2 Netscape Base Url; 3 Netscape Revocation Url; 4 Netscape CA Revocation "
        "Url; 7 Netscape Renewal Url; 8 Netscape CA Policy Url; 12 Netscape SSL Server Name; 13 Netscape "
        "Comment"
    ),
    "2.16.840.1.113730.2": "5 Netscape Certificate Sequence",
    "2.16.840.1.113730.4": "1 Netscape Server Gated Crypto",
    "2.23.42.7": (
        "0 setCext-hashedRoot; 1 setCext-certType; 2 setCext-merchData; 3 setCext-cCertRequired; 4 "
        "setCext-tunneling; 5 setCext-setExt; 6 setCext-setQualf"
    ),
    "2.23.133.8": (
        "1 Endorsement Key Certificate; 2 Platform Attribute Certificate; 3 Attestation Identity Key "
        "Certificate; 4 Platform Key Certificate; 5 Delta Platform Attribute Certificate; 6 Delta Platform "
        "Key Certificate; 7 Additional Platform Attribute Certificate; 8 Additional Platform Key "
        "Certificate"
    ),
}


def object_name(oid: str) -> str:
    """The long name of an object identifier, or else itself (i2a_ASN1_OBJECT())."""
    return _names().get(oid, oid)


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for arc, members in _ARCS.items():
        for member in members.split("; "):
            number, _, name = member.partition(" ")
            found[f"{arc}.{number}"] = name
    return found
