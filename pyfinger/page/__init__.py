"""Pages: one HTML file that holds all it needs, and is to be looked at (docs/pages.md).

    facts = probe_page(report, timed_events)       what is on the page, as values
    text = Pages().render("probe.html", page=facts)      the page: a function of these values

Everything is decided before the templates see it: they lay out what blocks hold (`blocks.Table`,
`blocks.Badge`, `blocks.Figure` ...) and nothing else.  A number is a `Figure`, which says where in
the JSON document it stands.  Text from outside is shown as what it is (`visible`), and never
changes what elements a page consists of.

    visible     text that nobody can trust, with what is invisible in it made visible
    blocks      the vocabulary of pages: badges, figures, tables, drawings
    rendering   Jinja2's door: templates, style and script put together, with a policy that allows no other
"""

from __future__ import annotations
