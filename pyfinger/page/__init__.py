"""Pages: one HTML file that holds all it needs, and is to be looked at (docs/pages.md).

    page = probe_page(report, timed_events)         what is on it, as values
    text = Pages().render("page.html", page=page)   the page: a function of these values

Everything is decided before the templates see it: they lay out what blocks hold (`blocks.Table`,
`blocks.Badge`, `blocks.Figure` ...) and nothing else.  A number is a `Figure`, which says where in
the JSON document it stands.  Text from outside is shown as what it is (`visible`), and never
changes what elements a page consists of.

    visible         text that nobody can trust, with what is invisible in it made visible
    blocks          the vocabulary of pages: sections, tables, badges, figures
    drawing         pictures as values; `ladder.ladder` makes one of a session
    markup          cells and pictures as markup
    rendering       Jinja2's door: templates, style and script put together, and a policy for no others
    kept_templates  a probe's template as Python, so that its page is made without Jinja2
    probe           the page of a probe; its sections: messages, certificates, names, offers
    conversation    all that was said in a probe; octets: a message with its fields, to be opened
    saved           a probe that is over, from what was kept of it
"""

from __future__ import annotations
