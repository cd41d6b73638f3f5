"""What the command says about itself: usage text, `--help`, `--version`."""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger import __version__
from pyfinger.cli.option_table import GROUPS, Option

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
Options end at the destination, so a MATCH may begin with a dash.  main.cf is
read from $MAIL_CONFIG, or from /etc/postfix if it is there.  Exit status: 0
whatever was found (but see --check), 1 if the command cannot be carried out.

Examples
  {prefix} example.com                      a domain's mail servers, by DANE
  {prefix} -C '[mx.example.com]:25'         one server, and its certificates
  {prefix} -c --check example.com           for scripts: is all as it should be?
"""


def usage(prefix: str) -> str:
    """The usage text; `prefix` is the program's name."""
    return USAGE.format(prefix=prefix)


def hint(prefix: str) -> str:
    """What a person is told below the usage text."""
    return f"Try '{prefix} --help' for what the options mean, and for more of them.\n"


def version() -> str:
    """The answer to `--version`."""
    return f"pyfinger {__version__}\n"


def help_text(prefix: str) -> str:
    """The answer to `--help`."""
    return HELP_HEAD.format(prefix=prefix) + "".join(_groups()) + HELP_TAIL.format(prefix=prefix)


def _groups() -> Iterator[str]:
    for title, options in GROUPS.items():
        yield f"\n{title}\n"
        for option in options:
            yield from _option(option)


def _option(option: Option) -> Iterator[str]:
    """The option's lines: its forms, then its explanation beside or below them."""
    lead = _forms(option).ljust(_MARGIN - 1)
    for line in _wrapped(explanation(option)):
        if len(lead) >= _MARGIN:
            yield f"{lead}\n"
            lead = ""
        yield f"{lead:{_MARGIN}}{line}\n"
        lead = ""


def _forms(option: Option) -> str:
    letter = f"-{option.letter}," if option.letter else "   "
    value = f"[={option.value}]" if option.optional else f" {option.value}"
    return f"  {letter} --{option.name}{value}".rstrip()


def explanation(option: Option) -> str:
    """What the option is for, which words it takes, and what is meant without it."""
    marked = [f"{word} (default)" if word == option.default else word for word in option.choices]
    text = f"{option.help}: {', '.join(marked)}" if marked else option.help
    if option.default and option.default not in option.choices:
        text += f" (default: {option.default})"
    return f"{text}; repeatable" if option.repeatable else text


def _wrapped(text: str) -> list[str]:
    """Lines of `text`; what is in parentheses stays together if it is about a default."""
    kept = text.replace(" (default)", "\N{NO-BREAK SPACE}(default)").replace(
        "(default: ", "(default:\N{NO-BREAK SPACE}"
    )
    import textwrap

    lines = textwrap.wrap(kept, WIDTH - _MARGIN, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
