"""The library with nothing around it, served for `benchmarks.peers`: Flask, one row a case, `serialize_json`.

No accounts, no rights, no forms, no worklist, no deadlines, no events: a case is read, completed and written back.
"""

from __future__ import annotations

import os
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, event, select, update

from benchmarks import library
from engine.storage import database
from webapp.cli import bench_office

_metadata = MetaData()
_case = Table("peer_case", _metadata, Column("id", Integer, primary_key=True), Column("state", Text, nullable=False))


def create() -> Flask:
    """Make the application on the database of `MOTCUA_DATABASE_URL`."""
    app = Flask("library-peer")
    engine = create_engine(database.address(os.environ["MOTCUA_DATABASE_URL"]))
    _metadata.create_all(engine)
    serializer = library.serializer()
    diagram = bench_office.diagram("two-tasks")
    count = [0]
    event.listen(engine, "before_cursor_execute", lambda *_: count.__setitem__(0, count[0] + 1))

    @app.post("/cases")
    def file() -> Response:
        workflow = library.start(diagram, "two-tasks")
        with engine.begin() as connection:
            key = connection.execute(_case.insert().values(state=serializer.serialize_json(workflow))
                                     .returning(_case.c.id)).scalar_one()
        return _answer({"case": key, "tasks": _open(workflow)}, 201)

    @app.post("/cases/<int:key>/<task>")
    def complete(key: int, task: str) -> Response:
        answers = orjson.loads(request.get_data())["submission"]
        before = count[0]
        with engine.begin() as connection:
            state = connection.execute(select(_case.c.state).where(_case.c.id == key).with_for_update()).scalar_one()
            workflow = serializer.deserialize_json(state)
            library.complete(workflow, next(one for one in library.waiting(workflow) if str(one.id) == task), answers)
            connection.execute(update(_case).where(_case.c.id == key).values(
                state=serializer.serialize_json(workflow)))
        return _answer({"case": key, "tasks": _open(workflow), "statements": count[0] - before}, 200)

    @app.get("/ready")
    def ready() -> Response:
        return _answer({}, 200)

    return app


def _open(workflow: Any) -> list[dict[str, str]]:
    return [{"id": str(task.id), "key": task.task_spec.bpmn_id} for task in library.waiting(workflow)]


def _answer(facts: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(facts), status, content_type="application/json")
