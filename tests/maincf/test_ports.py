import pytest

from pyfinger.events import ConfigRemark, Event
from pyfinger.maincf.list_parameters import known_ports
from pyfinger.maincf.parameters import DEFAULT_PORTS
from pyfinger.options import Config


def ports(value: str) -> tuple[dict[str, str], list[str]]:
    told: list[Event] = []
    found = known_ports(value, told.append)
    return dict(found), [event.text for event in told if isinstance(event, ConfigRemark)]


def test_the_default() -> None:
    assert ports(DEFAULT_PORTS) == (dict(Config().known_tcp_ports), [])


def test_nothing() -> None:
    assert ports(",,") == ({}, [])


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (" b = ", 'missing port value after "="'),
        (" = 5", 'missing service name before "="'),
        ("l==5", 'missing service name before "="'),
        ("d e = 5", "whitespace in service name"),
        ("f = 5 6", "whitespace in port number"),
        ("7 = 8", "numerical service name"),
        ("g = x", "non-numerical service port"),
        ("smtp = 26", "duplicate service name"),
    ],
)
def test_problems(entry: str, problem: str) -> None:
    found, remarks = ports(f"smtp=25,{entry},last=7")
    assert (found["smtp"], found["last"]) == ("25", "7")
    assert remarks == [f'known_tcp_ports: in "{entry}": {problem}']


def test_an_entry_without_a_value() -> None:
    assert ports("a") == ({}, ['known_tcp_ports: in "a" is not in "name = value" form'])


def test_names_before_the_problem_count() -> None:
    assert ports("a=b c=5")[0] == {"a": "5"}
