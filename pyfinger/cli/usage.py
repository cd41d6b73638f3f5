"""What the command says about itself: usage text, `--help`, `--version`."""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger import __version__
from pyfinger.cli.table import GROUPS, Option

WIDTH = 80
_MARGIN = 34  # column of the explanations

# posttls-finger's, to the byte.
USAGE = """\
usage: {prefix} [-acCfRSvwx] [-t conn_tmout] [-T cmd_tmout] [-L logopts] \\
	[-h host_lookup] [-l level] [-d mdalg] [-g grade] [-p protocols] \\
	[-A tafile] [-F CAfile.pem] [-P CApath/] [-s servername] \\
	[ [-H chainfiles] | [-k certfile [-K keyfile]] ] \\
	[-m count] [-r delay] [-o name=value] destination [match ...]
"""

HELP_HEAD = """\
usage: {prefix} [OPTION]... DESTINATION [MATCH]...

Connect to a mail server, start TLS, and report what it offers and whether it
proves its identity.

  DESTINATION   DOMAIN, [HOST] or [ADDRESS], each with :SERVICE or :PORT;
                with -S also unix:PATH
  MATCH         names or fingerprints to expect instead of the level's own
"""

HELP_TAIL = """
Options end at the destination.  main.cf is read from $MAIL_CONFIG, or from
/etc/postfix if it is there.  Exit status: 0, or 1 if the command cannot be
carried out.
"""


def usage(prefix: str) -> str:
    """The usage text; `prefix` is the program's name."""
    return USAGE.format(prefix=prefix)


def version() -> str:
    """The answer to `--version`."""
    return f"pyfinger {__version__}\n"


def help_text(prefix: str) -> str:
    """The answer to `--help`."""
    return HELP_HEAD.format(prefix=prefix) + "".join(_groups()) + HELP_TAIL


def _groups() -> Iterator[str]:
    for title, options in GROUPS.items():
        yield f"\n{title}\n"
        for option in options:
            yield from _option(option)


def _option(option: Option) -> Iterator[str]:
    """The option's lines: its forms, then its explanation beside or below them."""
    letter = f"-{option.letter}," if option.letter else "   "
    forms = f"  {letter} --{option.name} {option.value}".rstrip()
    lead = forms.ljust(_MARGIN - 1)
    for line in _wrapped(option.help):
        if len(lead) >= _MARGIN:
            yield f"{lead}\n"
            lead = ""
        yield f"{lead:{_MARGIN}}{line}\n"
        lead = ""


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > WIDTH - _MARGIN:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines
