"""Settings from the environment, read once at the start of a command. Names begin with `MOTCUA_`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from engine.domain.errors import InvalidInput
from engine.domain.text import Text

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how large they may be. `home` holds database, files and secret of an embedded install;
    `metrics_folder` is where the serving processes of one server add up what they counted; `jobs` is how workers learn
    of due jobs."""

    home: Path
    database_url: str
    secret_key: str
    upload_bytes: int
    public_url: str
    secure_cookies: bool
    embedded_worker: bool
    log: Literal["text", "json"] = "text"
    metrics_token: str | None = None
    metrics_folder: Path | None = None
    jobs: str = "rows"

    @property
    def files(self) -> Path:
        """Give the folder of uploaded papers."""
        return self.home / "files"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings: `MOTCUA_HOME`, `MOTCUA_DATABASE_URL`, `MOTCUA_SECRET_KEY`, `MOTCUA_UPLOAD_MIB`,
    `MOTCUA_PUBLIC_URL`, `MOTCUA_SECURE_COOKIES`, `MOTCUA_EMBEDDED_WORKER`, `MOTCUA_LOG`, `MOTCUA_METRICS_TOKEN`,
    `MOTCUA_METRICS_FOLDER`, `MOTCUA_JOBS`.

    Raises:
        InvalidInput: a setting cannot be read.
    """
    env = os.environ if environ is None else environ
    home = Path(env.get("MOTCUA_HOME") or "var").absolute()
    public_url = (env.get("MOTCUA_PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/")
    return Settings(
        home=home,
        database_url=env.get("MOTCUA_DATABASE_URL") or f"sqlite:///{home / 'motcua.db'}",
        secret_key=env.get("MOTCUA_SECRET_KEY") or _kept_secret(home),
        upload_bytes=_whole(env, "MOTCUA_UPLOAD_MIB", 10) * _MIB,
        public_url=public_url,
        secure_cookies=_flag(env, "MOTCUA_SECURE_COOKIES", public_url.startswith("https://")),
        embedded_worker=_flag(env, "MOTCUA_EMBEDDED_WORKER", default=False),
        log=log_style(env),
        metrics_token=env.get("MOTCUA_METRICS_TOKEN") or None,
        metrics_folder=Path(env["MOTCUA_METRICS_FOLDER"]) if env.get("MOTCUA_METRICS_FOLDER") else None,
        jobs=env.get("MOTCUA_JOBS") or "rows",
    )


def log_style(environ: Mapping[str, str]) -> Literal["text", "json"]:
    """Give how a process writes about its running: `MOTCUA_LOG`, `text` unless it says `json`.

    Raises:
        InvalidInput: it says something else.
    """
    match environ.get("MOTCUA_LOG") or "text":
        case "text":
            return "text"
        case "json":
            return "json"
    raise InvalidInput(Text("MOTCUA_LOG phải là text hoặc json.", "MOTCUA_LOG must be text or json."))


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise InvalidInput(Text(f"{name} phải là số nguyên từ 1 đến 1000.",
                                f"{name} must be a whole number, 1 to 1000."))
    return int(text)


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    return {"1": True, "0": False}.get(env.get(name, ""), default)


def _kept_secret(home: Path) -> str:
    """Give the signing secret of an embedded install, made once and readable by its owner only.

    It is written whole under another name first, so that a second process never reads half of it.
    """
    place = home / "secret-key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            with NamedTemporaryFile("w", dir=home, prefix=".secret-", encoding="ascii") as file:     # mode 0600
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
                with suppress(FileExistsError):
                    os.link(file.name, place)
        return place.read_text(encoding="ascii").strip()
    except OSError as error:
        raise InvalidInput(Text(f"Không ghi được thư mục {home}: {error.strerror}.",
                                f"The folder {home} cannot be written: {error.strerror}.")) from error
