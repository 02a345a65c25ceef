"""The site: settings for the database `PEER_DATABASE` names (an empty one), addresses, and the count of statements."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings


def _database(url: str) -> dict[str, Any]:
    kept = {"CONN_MAX_AGE": 600}
    if url.startswith("sqlite:///"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"), **kept}
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {"ENGINE": "django.db.backends.postgresql", "NAME": parts.path.strip("/"), "HOST": host,
            "PORT": str(parts.port or ""), "USER": parts.username or "", "PASSWORD": parts.password or "", **kept}


settings.configure(
    DEBUG=False, SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True,     # noqa: S106
    DATABASES={"default": _database(os.environ["PEER_DATABASE"])}, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                    "django.contrib.messages", "viewflow", "viewflow.workflow", "viewflow_peer"],
    MIDDLEWARE=["viewflow_peer.site.counted", "django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}])
django.setup()

from django.contrib.auth import login  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from viewflow.workflow.flow.viewset import FlowViewset  # noqa: E402
from viewflow.workflow.models import Task  # noqa: E402
from viewflow_peer.flows import TwoTasks  # noqa: E402


def counted(answer: Any) -> Any:
    """Tell with each answer how many statements it took."""
    def middleware(request: HttpRequest) -> HttpResponse:
        count = 0

        def execute(go_on: Any, *asked: Any) -> Any:
            nonlocal count
            count += 1
            return go_on(*asked)

        with connection.execute_wrapper(execute):
            response: HttpResponse = answer(request)
        response["X-Statements"] = str(count)
        return response
    return middleware


def begin(request: HttpRequest) -> HttpResponse:
    """Sign the one user in; the answer carries the cookie."""
    login(request, User.objects.get(username="bench"), backend="django.contrib.auth.backends.ModelBackend")
    return JsonResponse({})


def waiting(request: HttpRequest) -> HttpResponse:
    """Give the addresses of all tasks that wait."""
    return JsonResponse({"tasks": [f"/flow/{task.process_id}/{task.flow_task.name}/{task.pk}/execute/"
                                   for task in Task.objects.filter(status="ASSIGNED").order_by("pk")]})


urlpatterns = [path("begin", begin), path("waiting", waiting), path("flow/", FlowViewset(TwoTasks).urls)]


def create() -> Any:
    """Make the tables and the user, then the application."""
    call_command("migrate", verbosity=0)
    User.objects.get_or_create(username="bench", defaults={"is_superuser": True, "is_staff": True})
    return get_wsgi_application()
