"""The words of the pages: Vietnamese is written in the code and is the message id, English is in `translations/`."""

from __future__ import annotations

from flask_babel import gettext


def translated(sentence: str, **values: object) -> str:
    """Give a sentence in the language of the request with its values put in. Imported as `_`, for the extractor."""
    return str(gettext(sentence, **values))
