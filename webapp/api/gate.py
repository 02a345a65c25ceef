"""What holds for every request of the API: its body is read to the end, and without a token nothing is shown.

No session and no cookie is looked at, so another site cannot act in someone's name.
"""

from __future__ import annotations

from flask import current_app, g, request

from engine.domain.people import Actor
from engine.domain.text import Text
from engine.services import accounts
from webapp import access, language
from webapp.errors import Refusal

MOST_BYTES = 1024 * 1024
_NO_TOKEN = Text("Cần mã truy cập: tiêu đề Authorization: Bearer mc_….",
                 "A token is needed: the header Authorization: Bearer mc_….")
_WRONG_TOKEN = Text("Mã truy cập không đúng hoặc đã thu hồi.", "The token is wrong or was revoked.")


def enter() -> None:
    """Read the body within its limit, then name the actor by the bearer token, once per request.

    Raises:
        RequestEntityTooLarge: the body is over `MOST_BYTES`.
        Refusal: 401, no token or a wrong one.
    """
    request.max_content_length = MOST_BYTES
    request.get_data()
    if request.method == "OPTIONS" or access.is_public(current_app, request.endpoint):
        return
    g.now = current_app.config["CLOCK"]()
    g.language = language.chosen()
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Refusal(401, _NO_TOKEN)
    actor = accounts.actor_by_token(secret.strip(), g.now)
    if actor is None:
        raise Refusal(401, _WRONG_TOKEN)
    g.actor = actor


def actor() -> Actor:
    """Give who asks."""
    who: Actor = g.actor
    return who
