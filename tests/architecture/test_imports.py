"""Who may import whom: the contracts hold, and each of them is seen to fail on a planted violation."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = (ROOT / ".importlinter").read_text(encoding="utf-8")

PLANTED = {
    "layers": ("bot/core/cases/stats.py", "import bot.ports"),
    "pure": ("bot/core/cases/stats.py", "import redis"),
    "core-knows-types": ("bot/core/cases/stats.py", "import nlu.store"),
    "engine": ("bot/engine/codec.py", "import aiohttp"),
    "composition": ("bot/server.py", "import adapters.web.settings"),
    "adapters": ("adapters/web/settings.py", "import adapters.slack.settings"),
    "adapters-decide-nothing": ("adapters/web/settings.py", "import bot.core.machine"),
    "understanding": ("nlu/places.py", "import bot.errors"),
    "core-circles": ("bot/core/wording/tongue.py", "import bot.core.machine"),
    "shell-circles": ("bot/engine/hands.py", "import bot.engine.sending.sender"),
    "platform-circles": ("adapters/slack/text/parts.py", "import adapters.slack.outbound"),
    "understanding-circles": ("nlu/emotion/tokens.py", "import nlu.emotion.model"),
}


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [argument for contract in contracts for argument in ("--contract", contract)]
    script = "import sys; from importlinter.cli import lint_imports_command as c; c(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", script, "--config", ".importlinter", "--no-cache", *chosen],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "COLUMNS": "200"},
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for package in ("bot", "adapters", "nlu"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "data", "static")
        )
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def test_every_contract_has_a_planted_violation() -> None:
    named = {
        line.split(":")[2].rstrip("]") for line in CONTRACTS.splitlines() if line.startswith("[importlinter:contract")
    }
    assert named == set(PLANTED)


def test_the_tree_keeps_every_contract() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_breaks_the_contract(contract: str, copy: Path) -> None:
    file, violation = PLANTED[contract]
    target = copy / file
    honest = target.read_text(encoding="utf-8")
    lines = honest.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("from __future__")) + 1
    target.write_text("\n".join([*lines[:at], violation, *lines[at:]]), encoding="utf-8")
    try:
        done = lint(copy, contract)
    finally:
        target.write_text(honest, encoding="utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_a_module_that_is_not_placed_breaks_the_layers(copy: Path) -> None:
    stray = copy / "bot" / "stray.py"
    stray.write_text('"""Nobody said where this belongs."""\n', encoding="utf-8")
    try:
        done = lint(copy, "layers")
    finally:
        stray.unlink()
    assert done.returncode == 1
    assert "stray" in done.stdout + done.stderr


def test_the_pure_parts_import_the_standard_library_and_types_only() -> None:
    """import-linter does not look into the standard library; what waits or reads clocks is refused here."""
    impure = {"asyncio", "datetime.now", "os", "random", "secrets", "socket", "subprocess", "threading", "time", "uuid"}
    for path in [*(ROOT / "bot/core").rglob("*.py"), *(ROOT / "bot/dialogue").rglob("*.py")]:
        for module in imported(path):
            top = module.split(".")[0]
            own = module.startswith(("bot.core", "bot.dialogue", "nlu.types"))
            assert own or top in sys.stdlib_module_names, f"{path} imports {module}"
            assert top not in impure, f"{path} imports {module}"


def imported(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found
