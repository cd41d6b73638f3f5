"""Case I of seed S, always the same."""

from __future__ import annotations

from collections.abc import Callable

from tests.lab.parityfuzz.case import Case
from tests.lab.parityfuzz.certificates import certificate
from tests.lab.parityfuzz.chains import chain
from tests.lab.parityfuzz.commandlines import command_line
from tests.lab.parityfuzz.configurations import configuration
from tests.lab.parityfuzz.dialogues import dialogue
from tests.lab.parityfuzz.draw import Draw
from tests.lab.parityfuzz.names import situation
from tests.lab.parityfuzz.pemfiles import pem_file
from tests.lab.parityfuzz.sessions import session

GENERATORS: dict[Callable[[Draw], Case], float] = {
    command_line: 8,
    situation: 4,
    dialogue: 4,
    certificate: 4,
    pem_file: 2,
    configuration: 3,
    chain: 3,
    session: 2,
}


def case(seed: str, number: int) -> Case:
    """The case; any text is a seed."""
    draw = Draw(f"{seed}/{number}")
    return draw.weighted(GENERATORS)(draw)
