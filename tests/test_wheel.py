"""The wheel is whole: installed in a clean environment, from an empty folder, it runs the demo's check."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    place = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(ROOT)], place)
    [found] = place.glob("motcua-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a clean environment with nothing but the wheel and what it depends on."""
    place = tmp_path_factory.mktemp("clean")
    venv.create(place, with_pip=True)
    _run([str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", str(wheel)], place)
    return place / "bin"


def _run(command: list[str], folder: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "MOTCUA_", "VIRTUAL_ENV", "COVERAGE"))}
    done = subprocess.run(command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True,
                          timeout=900, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def _tracked() -> Mapping[str, int]:
    """The data the product reads at run time, by path."""
    folders = ("bpmn", "forms", "features", "webapp/templates", "webapp/static", "webapp/translations",
               "webapp/cli/demo_data", "engine/storage/migrations", "engine/procedures/skeleton")
    return {str(path.relative_to(ROOT)): path.stat().st_size for folder in folders
            for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_the_product_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {entry.filename: entry.file_size for entry in archive.infolist()}
    expected = _tracked()
    assert len(expected) > 40
    assert {path: size for path, size in expected.items() if held.get(path) != size} == {}
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_the_demo_check_passes_from_the_installed_wheel_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    said = _run([str(installed / "motcua"), "demo", "--check", "--lang", "en"], tmp_path)
    assert "29 of 29 held." in said
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_procedures_pass_their_check_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    said = _run([str(installed / "motcua"), "procedure", "check", "driving-licence-renewal", "certified-copy"],
                tmp_path, LC_ALL="C.UTF-8")
    assert "0 errors" in said
