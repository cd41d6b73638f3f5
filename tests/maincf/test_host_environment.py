from pathlib import Path

import pytest

from pyfinger.maincf.host_environment import MOST, SystemEnvironment


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as sparse:
        sparse.truncate(MOST)
    assert len(SystemEnvironment({}).read(str(file))) == MOST


@pytest.mark.parametrize("endless", [False, True])
def test_what_is_longer_is_refused_and_not_read_to_its_end(tmp_path: Path, endless: bool) -> None:
    file = tmp_path / "larger"
    with file.open("wb") as sparse:
        sparse.truncate(1 << 40)
    with pytest.raises(OSError, match="File too large"):
        SystemEnvironment({}).read("/dev/zero" if endless else str(file))
