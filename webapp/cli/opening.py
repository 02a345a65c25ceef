"""What a command needs before it begins: the settings and the database they name."""

from __future__ import annotations

import os
from collections.abc import Mapping

from engine import config
from engine.config import Settings
from engine.services import installation


def settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings for a command that signs nothing, so that no signing secret is made for it.

    Raises:
        InvalidInput: a setting cannot be read.
    """
    env = dict(os.environ if environ is None else environ)
    return config.load({**env, "MOTCUA_SECRET_KEY": env.get("MOTCUA_SECRET_KEY") or "not needed here"})


def database() -> Settings:
    """Open the database, refused where it is missing or not of this release's schema; give the settings.

    Raises:
        InvalidInput, Unavailable: the sentence says what to do.
    """
    found = settings()
    installation.connect(found.database_url, jobs=found.jobs)
    installation.ensure()
    return found
