#!/bin/sh
# html5lib 1.1 (PyPI, its newest): the rows of a <template> in a table come out beside it, and the
# template is left empty; with strict=True a page in order is refused.
#
# The element has been in HTML since 2014.  html5lib has no insertion mode for what is in a template, so
# it treats it as an element it does not know: moved out of the table, and its rows put into the
# table instead.  What is inert until a script uses it is then shown.  lxml.html has it at its place.
#
# Hurt by the wrong guess: whoever sanitises, indexes or tests pages with html5lib, or with
# BeautifulSoup's "html5lib", and takes "strict" for the standard's.  Output seen: "html5lib 1.1: rows in
# the template 0, in the table 1, strict: ParseError; lxml 6.1.1: in the template 1".
#
# Needs Python with venv.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check html5lib==1.1 lxml==6.1.1 2>/dev/null
told=$(venv/bin/python - <<'PYTHON'
import html5lib
import lxml.etree
import lxml.html

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>t</title></head>
<body><table><tbody><template><tr><td>x</td></tr></template></tbody></table></body></html>"""
tree = html5lib.parse(PAGE, namespaceHTMLElements=False)
inside = len(tree.findall(".//template//tr"))
shown = len(tree.findall(".//table//tr"))
try:
    html5lib.HTMLParser(strict=True).parse(PAGE)
    strict = "read"
except html5lib.html5parser.ParseError as error:
    strict = type(error).__name__
version = ".".join(map(str, lxml.etree.LXML_VERSION[:3]))
kept = len(lxml.html.document_fromstring(PAGE).findall(".//table//template//tr"))
print(
    f"html5lib {html5lib.__version__}: rows in the template {inside}, in the table {shown}, strict: {strict}; "
    f"lxml {version}: in the template {kept}"
)
PYTHON
)
echo "$told"
[ "$told" = "html5lib 1.1: rows in the template 0, in the table 1, strict: ParseError; lxml 6.1.1: in the template 1" ]
