"""What people see of a case in sub-processes and instances: names of tasks, who is barred, where the case stands."""

from __future__ import annotations

import json
from datetime import datetime

from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.queries import case_pages, case_path, worklist
from engine.queries.case_path import Path
from engine.services import history, procedures
from tests.services.lines import Line, Stage, do, filed, tell, wait
from tests.workflow.drawing import (
    DAY,
    EACH,
    LISTENER,
    SUB,
    call,
    catch,
    event,
    extended,
    instances,
    loop,
    sub,
    times,
    user,
)

House = dict[str, Actor]
OFFICES = {"offices": ["Sở Xây dựng", {"name": "Công an"}]}


def begun(line: Line, house: House, now: datetime, slug: str = "drawn") -> Stage:
    """Publish a line and file a case of it."""
    procedures.publish(line.pack(slug), now)
    stage = Stage(slug, house, now)
    filed(stage, line.given)
    return stage


def named(stage: Stage, who: str) -> list[str]:
    """Give the names of the tasks on somebody's worklist."""
    return sorted(entry.name.en for entry in worklist.mine(stage.people[who], stage.now))


def way(stage: Stage) -> Path:
    """Give the way of the case as its page shows it."""
    return case_path.of(case_pages.read(stage.code, stage.people["an"], stage.now))


def test_a_task_of_an_instance_says_what_it_is_about(house: House, now: datetime) -> None:
    stage = begun(Line(f"s:f|{user('a', instances(), declared=EACH)}|e:z|f>a|a>z", given=OFFICES), house, now)
    assert named(stage, "an") == ["a – Công an", "a – Sở Xây dựng"]
    assert [stop.name.vi for stop in way(stage).stops if stop.state == "now"] == ["a – Sở Xây dựng", "a – Công an"]
    [first, _] = stage.case.open_tasks()
    assert case_pages.read_task(first.id, stage.people["an"], now).file.task_name(first).vi == "a – Sở Xây dựng"
    do("a[1]/a")(stage)
    do("a[2]/a")(stage)
    assert [stop.name.vi for stop in way(stage).stops if stop.task] == ["a – Sở Xây dựng", "a – Công an"]


def test_a_task_of_a_numbered_instance_or_turn_says_its_number(house: House, now: datetime) -> None:
    stage = begun(Line(f"s:f|{user('a', instances('', times(2)))}|{user('b', loop('b.y == 1'))}|e:z|f>a|a>b|b>z"),
                  house, now)
    assert named(stage, "an") == ["a (1)", "a (2)"]
    for act in (do("a[1]/a"), do("a[2]/a"), do("b[1]/b", y=1)):
        act(stage)
    assert named(stage, "an") == ["b (2)"]


def test_an_instance_inside_an_instance_is_about_its_own(house: House, now: datetime) -> None:
    inner = user("a", instances(), declared='<motcua:each in="area.offices" as="office"/>')
    each = extended('<motcua:each in="f.areas" as="area"/>')
    areas = [{"offices": ["land"]}, {"offices": ["tax", "police"]}]
    stage = begun(Line(f"s:f|{sub('q', f's:i|{inner}|e:o|i>a|a>o', inside=each + instances())}|e:z|f>q|q>z",
                       given={"areas": areas}), house, now)
    assert named(stage, "an") == ["a – land", "a – police", "a – tax"]


def four_eyes(named_step: str) -> Line:
    """Ask two offices, then let somebody decide who did not act in the named step."""
    asked = sub("q", SUB, inside=extended(EACH) + instances())
    decides = user("b").replace("officer\"", f'officer" notActorOf="{named_step}"')
    return Line(f"s:f|{asked}|{decides}|e:z|f>q|q>b|b>z", given=OFFICES)


def test_whoever_acted_in_any_instance_may_not_do_what_is_for_somebody_else(house: House, now: datetime) -> None:
    stage = begun(four_eyes("q/a"), house, now)
    for place, who in (("q[1]/a", "an"), ("q[2]/a", "khoa")):
        do(place)(Stage(stage.slug, {who: house[who]}, now, stage.code))
    [task] = stage.case.open_tasks()
    assert (task.key, task.barred) == ("b", ["an", "khoa"])
    assert (named(stage, "an"), named(stage, "khoa")) == ([], [])


def test_each_instance_of_a_step_may_ask_for_somebody_new(house: House, now: datetime) -> None:
    again = user("a", instances(), declared=EACH).replace("officer\"", 'officer" notActorOf="a"')
    stage = begun(Line(f"s:f|{again}|e:z|f>a|a>z", given=OFFICES), house, now)
    do("a[1]/a")(Stage(stage.slug, {"an": house["an"]}, now, stage.code))
    assert [task.barred for task in stage.case.open_tasks()] == [["an"]]
    assert (named(stage, "an"), named(stage, "khoa")) == ([], ["a – Công an"])


def test_the_diagram_shows_where_a_case_stands_in_a_sub_process(house: House, now: datetime) -> None:
    stage = begun(Line(f"s:f|{sub('q', 's:i|u:a|u:d|e:o|i>a|a>d|d>o')}|u:b|e:z|f>q|q>b|b>z"), house, now)
    shown = way(stage)
    assert (shown.now, shown.taken) == ({"q", "a"}, {"f", "i"})
    assert shown.taken_flows >= {"f_q", "i_a"}
    assert [(stop.state, stop.key) for stop in shown.stops] == [
        ("done", "f"), ("now", "a"), ("next", "d"), ("next", "b")]
    do("q/a")(stage)
    do("q/d")(stage)
    shown = way(stage)
    assert (shown.now, shown.taken) == ({"b"}, {"f", "i", "a", "d", "o", "q"})
    assert shown.order["a"] == (2,)


def test_a_called_process_is_shown_on_the_step_that_calls_it(house: House, now: datetime) -> None:
    stage = begun(Line(f"s:f|{call('k', 'called')}|u:b|e:z|f>k|k>b|b>z", called={"called": SUB}), house, now)
    shown = way(stage)
    assert (shown.now, shown.taken) == ({"k"}, {"f"})
    assert [(stop.state, stop.key) for stop in shown.stops] == [("done", "f"), ("now", "k"), ("next", "b")]


def test_what_waits_for_a_message_or_a_time_is_where_the_case_stands(house: House, now: datetime) -> None:
    stage = begun(Line(f"s:f|{catch('k', 'message')}|{catch('t', 'timer', DAY)}|u:b|e:z|f>k|k>t|t>b|b>z"), house, now)
    assert way(stage).now == {"k"}
    tell("extract")(stage)
    assert (way(stage).now, way(stage).taken) == ({"t"}, {"f", "k"})
    wait(25)(stage)
    assert way(stage).now == {"b"}


def test_what_listens_is_no_place_until_it_happens(house: House, now: datetime) -> None:
    listener = sub("q", f"{event('startEvent', 'w', 'message', isInterrupting='false')}|u:c|e:y|w>c|c>y", LISTENER)
    stage = begun(Line(f"s:f|u:a|e:z|f>a|a>z|{listener}"), house, now)
    assert way(stage).now == {"a"}
    tell("extract")(stage)
    shown = way(stage)
    assert (shown.now, shown.taken) == ({"a", "q", "c"}, {"f", "w"})


def test_a_step_done_for_each_is_one_place_and_taken_when_all_are_done(house: House, now: datetime) -> None:
    stage = begun(Line(f"s:f|{user('a', instances(), declared=EACH)}|u:b|e:z|f>a|a>b|b>z", given=OFFICES), house, now)
    assert (way(stage).now, way(stage).taken) == ({"a"}, {"f"})
    do("a[1]/a")(stage)
    do("a[2]/a")(stage)
    assert (way(stage).now, way(stage).taken) == ({"b"}, {"f", "a"})


def test_a_join_marks_every_way_into_it(house: House, now: datetime) -> None:
    stage = begun(Line("s:f|g:g|u:a|u:b|g:j|e:z|f>g|g>a|g>b|a>j|b>j|j>z"), house, now)
    do("a")(stage)
    assert (way(stage).now, way(stage).taken) == ({"b"}, {"f", "g", "a"})
    do("b")(stage)
    assert way(stage).taken_flows == {"f_g", "g_a", "g_b", "a_j", "b_j", "j_z"}


def test_what_is_decided_in_an_instance_counts_for_the_clock_at_once(house: House, now: datetime) -> None:
    begins = user("b", declared='<motcua:clock starts="always"/>')
    decides = user("a", instances(), declared=EACH + '<motcua:clock stops="refuse"/>')
    line = Line(f"s:f|{begins}|{decides}|e:z|f>b|b>a|a>z", given=OFFICES)
    choice = {"type": "object", "title": "Mẫu", "additionalProperties": True, "required": ["outcome"], "properties": {
        "outcome": {"type": "string", "title": "Kết quả", "enum": ["agree", "refuse"]}}}
    files = {**line.pack("drawn").files, "forms/a.json": json.dumps(choice).encode()}
    procedures.publish(Pack(files), now)
    stage = Stage("drawn", house, now)
    filed(stage, line.given)
    for act, ended in ((do("b"), None), (do("a[1]/a", outcome="agree"), None), (do("a[2]/a", outcome="refuse"), now)):
        act(stage)
        assert stage.case.ended_at == ended
    assert stage.case.outcome == "refuse"
    for finding in (history.verify(stage.code), history.replay(stage.code)):
        assert finding.holds, finding.divergence


def test_a_step_without_outcome_that_starts_the_clock_does_not_stop_it(house: House, now: datetime) -> None:
    begins = user("a", declared='<motcua:clock starts="always"/>')
    stage = begun(Line(f"s:f|{begins}|u:b|e:z|f>a|a>b|b>z"), house, now)
    do("a")(stage)
    assert (stage.case.received_at, stage.case.ended_at) == (now, None)
