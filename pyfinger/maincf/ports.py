"""The known_tcp_ports parameter: service names with their ports (postconf(5)).

lmtp=24, smtp=25, smtps=submissions=465, submission=587
"""

from __future__ import annotations

from pyfinger.events import ConfigRemark, Emit

PARAMETER = "known_tcp_ports"


def known_ports(value: str, emit: Emit) -> tuple[tuple[str, str], ...]:
    """Names with their ports; what is wrong is told and left out."""
    found: dict[str, str] = {}
    for entry in filter(None, value.split(",")):
        *names, port = (part.strip() for part in entry.split("="))
        if not names:
            emit(ConfigRemark(f'{PARAMETER}: in "{entry}" is not in "name = value" form'))
            continue
        problem = _port_problem(port)
        for name in names:
            problem = problem or _name_problem(name) or _fit_problem(name, port, found)
            if problem:
                emit(ConfigRemark(f'{PARAMETER}: in "{entry}": {problem}'))
                break
            found[name] = port
    return tuple(found.items())


def _port_problem(port: str) -> str:
    if not port:
        return 'missing port value after "="'
    return "whitespace in port number" if len(port.split()) > 1 else ""


def _name_problem(name: str) -> str:
    if not name:
        return 'missing service name before "="'
    return "whitespace in service name" if len(name.split()) > 1 else ""


def _fit_problem(name: str, port: str, found: dict[str, str]) -> str:
    if _is_number(name):
        return "numerical service name"
    if not _is_number(port):
        return "non-numerical service port"
    return "duplicate service name" if name in found else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
