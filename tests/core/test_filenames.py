"""Names of files are safe to show, to store and to send on, whatever somebody typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.platforms.filenames import MAX_BYTES, safe_name

_NASTY = st.text(
    alphabet=st.sampled_from('./\\:*?"<>|\x00\n\u202e\u2066\u200b \u200dconCONaz9…é👩🏽\ud800'), max_size=300
)


@given(st.one_of(st.text(max_size=300), _NASTY))
def test_no_name_is_a_path_hides_anything_or_is_too_long(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\:*?"<>|')
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in safe)
    assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u200b\ufeff")
    assert len(safe.encode()) <= MAX_BYTES
    assert safe not in {".", ".."}
    assert not safe.startswith(".")
    assert not safe.endswith((".", " "))
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Bericht März.pdf", "Bericht März.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\ann\\a.txt", "C_Users_ann_a.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("con.txt", "_con.txt"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("...", "file"),
        ("👩‍💻 notes.md", "👩‍💻 notes.md"),
        ("x" * 400 + ".tar.gz", "x" * 194 + "….gz"),
    ],
)
def test_what_a_name_becomes(name: str, safe: str) -> None:
    assert safe_name(name) == safe
