"""Settings come from the environment, and what cannot be read is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import config
from engine.domain.errors import InvalidInput


def test_an_embedded_install_needs_no_setting_but_its_home(tmp_path: Path) -> None:
    settings = config.load({"MOTCUA_HOME": str(tmp_path / "home")})
    assert settings.database_url == f"sqlite:///{tmp_path / 'home' / 'motcua.db'}"
    assert settings.upload_bytes == 10 * 1024 * 1024
    assert (settings.secure_cookies, settings.embedded_worker) == (False, False)


def test_the_secret_is_made_once_even_by_many_at_a_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: config.load({"MOTCUA_HOME": str(tmp_path)}).secret_key, range(16)))
    (secret,) = secrets
    assert len(secret) >= 64
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert [place.name for place in tmp_path.iterdir()] == ["secret-key"]


def test_cookies_are_secure_where_the_address_is(tmp_path: Path) -> None:
    assert config.load({"MOTCUA_HOME": str(tmp_path), "MOTCUA_PUBLIC_URL": "https://mc.example/"}).secure_cookies


@pytest.mark.parametrize("value", ["0", "many", "-3", "1001", "\uff11\uff10"])
def test_a_limit_that_is_no_number_is_named(tmp_path: Path, value: str) -> None:
    with pytest.raises(InvalidInput, match="MOTCUA_UPLOAD_MIB"):
        config.load({"MOTCUA_HOME": str(tmp_path), "MOTCUA_UPLOAD_MIB": value})


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match="cannot be written"):
        config.load({"MOTCUA_HOME": str(tmp_path / "file" / "home")})
