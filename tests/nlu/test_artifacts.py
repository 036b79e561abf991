"""What components learnt is written so that an error of the disk's can be told from a mistake of the data's."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from nlu.artifacts import read_array, write_array
from nlu.config import PipelineConfig
from nlu.training import train
from nlu.training_data import read_training_data


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Files that are written to get an error beyond that many bytes."""
    import resource  # noqa: PLC0415  not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as a full disk does")
def test_an_array_that_is_cut_off_is_an_error_with_the_systems_number(tmp_path: Path) -> None:
    with no_file_longer_than(50_000), pytest.raises(OSError, match="File too large") as found:
        write_array(tmp_path / "a.npy", np.arange(100_000, dtype=np.float32))
    assert found.value.errno == errno.EFBIG


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as a full disk does")
def test_a_training_that_finds_no_room_names_the_folder(tmp_path: Path, light_config: PipelineConfig) -> None:
    data = read_training_data(Path(__file__).parent / "data" / "tiny.yml")
    with no_file_longer_than(100), pytest.raises(OSError, match="File too large") as found:
        train(data, light_config, tmp_path / "models")
    assert (found.value.errno, found.value.filename) == (errno.EFBIG, str(tmp_path / "models"))


def test_an_array_is_the_same_bytes_as_numpy_itself_writes(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4).T
    write_array(tmp_path / "a.npy", array)
    whole = io.BytesIO()
    np.save(whole, np.ascontiguousarray(array), allow_pickle=False)
    assert (tmp_path / "a.npy").read_bytes() == whole.getvalue()
    assert (read_array(tmp_path / "a.npy", "float32", 2) == array).all()
