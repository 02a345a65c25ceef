"""What the comparison with the library's own serializer rests on, and the sizes it holds; never its times."""

from __future__ import annotations

import json
import sys

import orjson
import pytest
import zstandard

from benchmarks import against_library, generated
from engine import workflow

KIB = 1024


def test_product_and_library_stand_at_the_same_tasks_after_every_step_of_a_generated_procedure() -> None:
    sides = against_library.Sides(3)
    kept, _, _ = against_library.walk(sides, range(24))
    assert len(kept) == 24
    assert [saved.kind for saved in kept].count("service") == 3


def test_the_state_of_a_procedure_of_thirty_steps_stays_under_twenty_kilobytes_with_all_its_forms() -> None:
    _, stored, uncompressed = against_library.walk(against_library.Sides(3), range(0))
    assert stored < uncompressed <= 20 * KIB


def test_the_thousandth_pass_of_a_loop_leaves_as_small_a_state_as_the_tenth() -> None:
    definition = workflow.read({"process.bpmn": generated.rework("product")}, generated.SLUG)
    rows: dict[int, int] = {}
    for turn, position in against_library.turns(definition, 1000):
        if turn in (10, 1000):
            raw = zstandard.ZstdDecompressor().decompress(position.state, max_output_size=10 ** 6)
            rows[turn] = sum(len(tree[3]) for tree in orjson.loads(raw)["t"])
    assert rows[1000] == rows[10]


def test_the_command_tells_ratios_of_both_places(capsys: pytest.CaptureFixture[str],
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["against_library", "--tasks", "10", "--rounds", "1", "--passes", "12", "--json"])
    assert against_library.main() == 0
    facts = json.loads(capsys.readouterr().out)
    for place in ("10@50%", "10@90%"):
        assert facts[place]["ratio"] > 0
        assert facts[place]["state_bytes"] < facts[place]["library_bytes"]
    assert facts["pass_12_bytes"] > 0
