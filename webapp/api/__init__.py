"""The JSON API under `/api/v1`: `openapi.json` is its contract, the table below its routes, each one service call."""

from __future__ import annotations

from flask import Blueprint

from webapp.api import cases, clocks, contract, gate, handoffs, incidents, messages, migration, procedures, tasks

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.before_request(gate.enter)

_ROUTES = (
    ("GET", "/openapi.json", contract.show),
    ("POST", "/cases", cases.file),
    ("GET", "/cases", cases.find),
    ("GET", "/cases/<code>", cases.show),
    ("GET", "/cases/<code>/events", cases.events),
    ("GET", "/cases/<code>/verification", cases.verification),
    ("GET", "/cases/<code>/clock", clocks.show),
    ("POST", "/cases/<code>/extension", clocks.extend),
    ("POST", "/cases/<code>/messages", messages.deliver),
    ("POST", "/messages", messages.start),
    ("POST", "/signals", messages.signal),
    ("GET", "/tasks", tasks.mine),
    ("GET", "/tasks/<task_id>", tasks.show),
    ("POST", "/tasks/<task_id>/claim", tasks.claim),
    ("POST", "/tasks/<task_id>/release", tasks.release),
    ("POST", "/tasks/<task_id>/complete", tasks.complete),
    ("GET", "/handoffs", handoffs.of_units),
    ("GET", "/handoffs/<hand_off_id>", handoffs.show),
    ("POST", "/handoffs/<hand_off_id>/accept", handoffs.accept),
    ("POST", "/handoffs/<hand_off_id>/refuse", handoffs.refuse),
    ("POST", "/handoffs/<hand_off_id>/offer", handoffs.offer),
    ("POST", "/handoffs/<hand_off_id>/result", handoffs.result),
    ("GET", "/procedures", procedures.in_force),
    ("GET", "/procedures/<slug>", procedures.show),
    ("POST", "/procedures/<slug>/migration", migration.move),
    ("GET", "/incidents", incidents.waiting),
    ("POST", "/incidents/<incident_id>/retry", incidents.retry),
)
for _method, _path, _view in _ROUTES:
    _name = f"{_view.__module__.rpartition('.')[2]}_{_view.__name__}"
    blueprint.add_url_rule(_path, _name, _view, methods=[_method])
