"""Every value knows its place, and nothing hostile gets in."""

from pathlib import Path

import pytest

from nlu.sources.yaml_source import SourceError, YamlMapping, YamlScalar, YamlSequence, load_yaml, parse_yaml

HERE = Path("file.yml")


def problems(text: str) -> list[str]:
    with pytest.raises(SourceError) as caught:
        parse_yaml(text, HERE)
    return [str(p) for p in caught.value.problems]


def test_every_value_knows_its_line() -> None:
    root = parse_yaml("a: 1\nb:\n  - x\n  - y: true\n", HERE)
    assert isinstance(root, YamlMapping)
    listed = root.get("b")
    assert isinstance(listed, YamlSequence)
    assert [item.line for item in listed] == [3, 4]
    assert root.plain() == {"a": 1, "b": ["x", {"y": True}]}


def test_a_block_scalar_gives_its_lines_with_numbers() -> None:
    root = parse_yaml("a: b\nexamples: |\n  - one\n  - two\n", HERE)
    assert isinstance(root, YamlMapping)
    block = root.get("examples")
    assert isinstance(block, YamlScalar)
    assert block.is_block
    assert list(block.lines())[:2] == [(3, "- one"), (4, "- two")]


def test_scalars_mean_what_yaml_1_2_says() -> None:
    text = "[yes, true, 0x1F, 0o17, 1.5, .inf, ~, '1', 2024-01-01, 007, null, 1_000]"
    plain = parse_yaml(text, HERE).plain()
    assert plain == ["yes", True, 31, 15, 1.5, float("inf"), None, "1", "2024-01-01", 7, None, 1000]


def test_a_repeated_key_is_refused_with_both_lines() -> None:
    assert problems("a: 1\nb: 2\na: 3\n") == ["file.yml:3: the key 'a' is already given in line 1"]


def test_an_alias_bomb_is_refused() -> None:
    bomb = 'a0: &a0 ["x","x","x","x","x","x","x","x","x"]\n'
    for level in range(1, 9):
        bomb += f"a{level}: &a{level} [" + ",".join([f"*a{level - 1}"] * 9) + "]\n"
    assert problems(bomb) == ["file.yml:5: grows without measure when its aliases are followed"]


def test_an_alias_to_itself_is_refused() -> None:
    assert any("refers to itself" in p for p in problems("a: &x\n  b: *x\n"))


def test_aliases_and_merges_work_in_measure() -> None:
    assert parse_yaml("a: &x {k: 1, j: 2}\nb:\n  <<: *x\n  k: 3\n", HERE).plain() == {
        "a": {"k": 1, "j": 2},
        "b": {"j": 2, "k": 3},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 2\nb: 3\n", "not valid YAML"),
        ("a: !!python/object:os.system x\n", "is not allowed"),
        ('a:\n  - !!python/object/apply:os.system ["x"]\n', "file.yml:2: the tag"),
        ("a: !!python/dict {}\n", "is not allowed"),
        ("a: 1\n---\nb: 2\n", "not valid YAML"),
        ("a: \x07\n", "forbids"),
        ("? [1]\n: 2\n", "a key must be a single value"),
        ("[" * 5000 + "]" * 5000, "file.yml:1: is nested too deeply; at most 60 levels"),
        ("".join("  " * n + "a:\n" for n in range(90)), "file.yml:60: is nested too deeply"),
        ("a:\n\t- x\n", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_in_our_own_error(text: str, expected: str) -> None:
    assert expected in problems(text)[0]


def test_an_empty_file_is_null(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("")
    assert load_yaml(tmp_path / "a.yml").plain() is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a: ü\n".encode("latin-1"), "a.yml:1: is not UTF-8 (byte 0xfc)"),
        ("a: b\n".encode("utf-16"), "is UTF-16"),
        (b"a: " + b"x" * 2000, "is larger than 1,000 bytes"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "a.yml").write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.yml") as caught:
        load_yaml(tmp_path / "a.yml", max_bytes=1000)
    assert expected in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_yaml(tmp_path / "nothing.yml")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load_yaml(tmp_path / "a.yml").plain() == {"a": 1}
