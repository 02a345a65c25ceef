"""Running the command line inside a test: arguments in, what it printed and its exit code out."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from webapp.cli import motcua


def run(*arguments: str, given: str | None = None, **environment: str) -> Result:
    """Run `motcua` in English; a traceback is a failure of the test, never an outcome."""
    result = CliRunner().invoke(motcua, list(arguments), input=given, env={"LC_ALL": "en_US.UTF-8", **environment},
                                prog_name="motcua")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def facts(*arguments: str, **environment: str) -> Any:
    """Give the JSON a command prints when it holds."""
    result = run(*arguments, "--json", **environment)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
