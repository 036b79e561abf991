"""What components learnt is written so that an error of the disk's can be told from a mistake of the data's."""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import numpy as np
import pytest

from nlu.artifacts import read_array, write_array


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as a full disk does")
def test_an_array_that_is_cut_off_is_an_error_with_the_systems_number(tmp_path: Path) -> None:
    import resource  # noqa: PLC0415  not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(OSError, match="File too large") as found:
            write_array(tmp_path / "a.npy", np.arange(100_000, dtype=np.float32))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert found.value.errno == errno.EFBIG


def test_an_array_is_the_same_bytes_as_numpy_itself_writes(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4).T
    write_array(tmp_path / "a.npy", array)
    whole = io.BytesIO()
    np.save(whole, np.ascontiguousarray(array), allow_pickle=False)
    assert (tmp_path / "a.npy").read_bytes() == whole.getvalue()
    assert (read_array(tmp_path / "a.npy", "float32", 2) == array).all()
