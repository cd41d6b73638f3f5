#!/bin/sh
# slh-dsa 0.2.5 (PyPI, module slhdsa): PublicKey.verify and KeyPair.sign are not FIPS 205's SLH-DSA.
#
# They compute slh_sign_internal and slh_verify_internal on the bare message (FIPS 205, algorithms 19
# and 20), as the submission SPHINCS+ did.  The standard's signatures (algorithms 22 and 24), which
# certificates (RFC 9909) and OpenSSL 3.5 have, put two octets and the context before the message:
# those are sign_pure and verify_pure.  So verify says False to every good signature of another
# implementation, and nobody else takes what sign makes, though a round trip inside the package works.
# Nothing in the names says so.
#
# Hurt by the wrong guess: whoever verifies certificates, firmware or CMS with it: good signatures
# look forged.  Output seen: "slh-dsa 0.2.5: own round trip True, sign_pure under verify False,
# under verify_pure True".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check slh-dsa==0.2.5 2>/dev/null
"$work/venv/bin/python" - <<'PYTHON'
import sys

from slhdsa import KeyPair, sha2_128f

keys = KeyPair.gen(sha2_128f)
message = b"a message"
bare = keys.pub.verify(message, keys.sign(message))
standard = keys.sign_pure(message)
under_verify, under_pure = keys.pub.verify(message, standard), keys.pub.verify_pure(message, standard)
print(
    f"slh-dsa 0.2.5: own round trip {bare}, sign_pure under verify {under_verify},"
    f" under verify_pure {under_pure}"
)
sys.exit((bare, under_verify, under_pure) != (True, False, True))
PYTHON
