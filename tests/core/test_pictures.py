"""Pictures are told by how their bytes begin."""

from __future__ import annotations

import pytest

from bot.core.platforms.pictures import BYTES, HEAD, type_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"),
        (b"GIF87a\x01\x00\x01\x00", "image/gif"),
        (b"GIF89a\x01\x00\x01\x00", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", BYTES),
        (b"<svg onload='alert(1)'>", BYTES),
        (b"PNG", BYTES),
        (b"", BYTES),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(head: bytes, kind: str) -> None:
    assert type_of(head[:HEAD]) == kind
