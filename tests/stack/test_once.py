"""What all processes of a test run share."""

import pytest

from tests.support.once import shared


def test_only_the_first_one_fills_it(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    name = f"chairs-of-{worker_id}"
    with shared(tmp_path_factory, name) as (folder, is_new):
        assert is_new
        (folder / "chair").touch()
    with shared(tmp_path_factory, name) as (again, is_new):
        assert (again, is_new) == (folder, False)
        assert (again / "chair").exists()


def test_what_was_not_filled_to_the_end_is_begun_again(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> None:
    name = f"lamps-of-{worker_id}"
    with pytest.raises(OSError, match="no room"), shared(tmp_path_factory, name):
        raise OSError("no room")
    with shared(tmp_path_factory, name) as (_, is_new):
        assert is_new
