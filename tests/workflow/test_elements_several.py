"""An activity done several times: for each element of a list, side by side or one after another, or in a loop."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from tests.workflow.drawing import (
    EACH,
    ONE_BY_ONE,
    SUB,
    begin,
    call,
    enough,
    extended,
    instances,
    loop,
    on,
    read,
    sub,
    times,
    user,
)
from tests.workflow.making import NOW, act, keys

FOR_EACH = f"s:f|{user('a', instances(), declared=EACH)}|u:b|e:z|f>a|a>b|b>z"


def test_side_by_side_for_each_collects_the_answers_in_order():
    definition = read(FOR_EACH)
    offices = ["land", "tax", "police"]
    position = begin(definition, offices=offices)
    assert keys(position) == ["a[1]/a", "a[2]/a", "a[3]/a"]
    assert [one.item for one in position.waiting] == offices
    for number, answer in ((3, "c"), (1, "a"), (2, "b")):
        waiting = next(one for one in position.waiting if one.path == (f"a[{number}]",))
        seen = workflow.data_at(definition, position.state, waiting.id)
        assert (seen["office"], seen["loop_counter"]) == (offices[number - 1], number)
        position = workflow.complete(definition, position.state, waiting.id, {"x": answer}, NOW)
    assert keys(position) == ["b"]
    assert position.data["a"] == [{"office": "land", "x": "a"}, {"office": "tax", "x": "b"},
                                  {"office": "police", "x": "c"}]


def test_one_after_another_waits_for_each():
    definition = read(f"s:f|{user('a', instances(ONE_BY_ONE), declared=EACH)}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition, offices=["land", "tax"])
    assert keys(position) == ["a[1]/a"]
    position = act(definition, position, "a", {"x": 1})
    assert keys(position) == ["a[2]/a"]
    position = act(definition, position, "a", {"x": 2})
    assert (keys(position), [one["x"] for one in position.data["a"]]) == (["b"], [1, 2])


def test_nobody_to_ask_passes_and_too_many_halt():
    definition = read(FOR_EACH)
    nobody = begin(definition, offices=[])
    assert (keys(nobody), nobody.data["a"]) == (["b"], [])
    for wrong in ("many", list(range(1_001)), 3):
        with pytest.raises(Halted) as halted:
            begin(definition, offices=wrong)
        assert halted.value.code == "instances"


@pytest.mark.parametrize("name", ["numberOfCompletedInstances", "nrOfCompletedInstances"])
def test_enough_answers_end_the_rest(name):
    definition = read(f"s:f|{user('a', instances('', times(3) + enough(f'{name} == 2')))}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition)
    assert [one.item for one in position.waiting] == [1, 2, 3]
    position = act(definition, act(definition, position, "a", {"x": 1}), "a", {"x": 2})
    assert (keys(position), position.data["a"]) == (["b"], [{"x": 1}, {"x": 2}])


def test_a_sub_process_done_for_each_keeps_what_its_steps_stored_apart():
    body = "s:i|u:c|x:x|u:d|e:o|e:o2|i>c|c>x|x>d?c.y == office|x>o2?c.y != office|d>o"
    definition = read(f"s:f|{sub('a', body, inside=extended(EACH) + instances())}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition, offices=["land", "tax"])
    assert keys(position) == ["a[1]/c", "a[2]/c"]
    position = act(definition, position, "c", {"y": "land"})
    assert keys(position) == ["a[1]/d", "a[2]/c"]
    position = act(definition, act(definition, position, "d", {"n": 1}), "c", {"y": "none"})
    assert keys(position) == ["b"]
    assert position.data["a"] == [{"office": "land", "c": {"y": "land"}, "d": {"n": 1}},
                                  {"office": "tax", "c": {"y": "none"}}]
    assert "c" not in position.data


def test_a_called_process_is_done_for_each_and_an_event_on_it_ends_them_all():
    called = call("k", "c", EACH, instances())
    definition = read(f"s:f|{called}|{on('k', 'b', 'message')}|u:d|e:y|e:z|f>k|k>z|b>d|d>y", c=SUB)
    position = begin(definition, offices=["land", "tax"])
    assert sorted(keys(position)) == ["b", "k[1]/a", "k[2]/a"]
    assert keys(act(definition, position, "b")) == ["d"]
    position = act(definition, act(definition, position, "a"), "a")
    assert position.ended


def looping(attributes: str = "") -> workflow.Definition:
    """Read a task that is done again while its last answer says so."""
    return read(f"s:f|{user('a', loop('a.y == 1', attributes))}|u:b|e:z|f>a|a>b|b>z")


def test_a_loop_goes_round_while_its_condition_holds():
    definition = looping()
    position = begin(definition)
    for number in range(1, 200):
        assert keys(position) == [f"a[{number}]/a"]
        position = act(definition, position, "a", {"y": 1})
    position = act(definition, position, "a", {"y": 2})
    assert (keys(position), position.data["a"]) == (["b"], {"y": 2})
    assert len(position.state) < 2_000


def test_a_loop_goes_round_at_most_so_often():
    definition = looping(' loopMaximum="2"')
    assert keys(act(definition, act(definition, begin(definition), "a", {"y": 1}), "a", {"y": 1})) == ["b"]


def test_a_loop_that_asks_before_may_never_begin():
    assert keys(begin(looping(' testBefore="true"'))) == ["b"]


def test_a_thousand_instances_one_by_one_stay_small():
    definition = read(f"s:f|{user('a', instances(ONE_BY_ONE, times(1000)))}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition)
    for _ in range(1_000):
        position = act(definition, position, "a")
    assert keys(position) == ["b"]
