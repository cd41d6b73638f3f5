#!/bin/sh
# gmpy2 2.3.1 (PyPI): importing it imports a hundred modules of the standard library, email and
# zipfile among them; 2.2.1 imported three besides itself.
#
# It looks up its own version with importlib.metadata when it is imported.  That costs ten times what
# the import cost before, and more than it takes Python to start; libraries that import gmpy2 where it
# is there, to be faster (ecdsa, mpmath, sympy), are slower with it in every short-lived process.
#
# Hurt by the wrong guess: command line programs that have gmpy2 for speed.  Output seen:
# "gmpy2 2.2.1: email not imported; gmpy2 2.3.1: email imported, more than 80 modules".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
told=
for version in 2.2.1 2.3.1; do
    python3 -m venv "$work/$version"
    "$work/$version/bin/python" -m pip install --quiet --disable-pip-version-check "gmpy2==$version" 2>/dev/null
    told="$told$("$work/$version/bin/python" - <<'PYTHON'
import sys

before = set(sys.modules)
import gmpy2

more = len(set(sys.modules) - before)
email = "imported" if "email" in sys.modules else "not imported"
print(f"gmpy2 {gmpy2.version()}: email {email}{', more than 80 modules' if more > 80 else ''}")
PYTHON
); "
done
echo "${told%; }"
[ "$told" = "gmpy2 2.2.1: email not imported; gmpy2 2.3.1: email imported, more than 80 modules; " ]
