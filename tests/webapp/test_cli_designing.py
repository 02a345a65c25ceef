"""What a designer is given on the terminal: a skeleton that runs, its promises played, handlers and panels."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest

from engine.adapters import handlers
from engine.procedures import feature_files, pack, scaffold, templates
from engine.procedures.pack import Pack
from engine.storage import database
from tests.webapp.cli_running import facts, run
from webapp.cli import rehearsing

SLUG = "tree-felling"
BEGIN = "# language: vi\nTính năng: Thử\n  Kịch bản: Một\n"


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """The folder of a new procedure."""
    made = facts("procedure", "new", SLUG, "--title", "Cấp phép chặt cây", "--title-en", "Tree felling permit", "--out",
                 str(tmp_path))
    place = Path(made["folder"])
    assert place == tmp_path / SLUG
    assert sorted(made["files"]) == sorted(path.relative_to(place).as_posix() for path in place.rglob("*.*"))
    return place


def _tested(*arguments: str, code: int = 0) -> dict[str, Any]:
    result = run("procedure", "test", *arguments, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert set(found) == {"ok", "scenarios", "problems"}
    assert found["ok"] is (code == 0)
    return found


def _only(skeleton: Path, *sentences: str) -> Path:
    """Let the one scenario of a procedure be these sentences."""
    (skeleton / f"{SLUG}.feature").write_text(BEGIN + "".join(f"    {one}\n" for one in sentences), encoding="utf-8")
    return skeleton


PUBLISHED = ("Cho tỉnh mẫu Hải Sơn", f'Và thủ tục "{SLUG}" đã được công bố')
FILED = (*PUBLISHED, "Và Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026")


def test_a_new_procedure_passes_its_check_without_a_finding_and_keeps_its_promises(skeleton: Path) -> None:
    assert facts("procedure", "check", str(skeleton))["problems"] == []
    played = _tested(str(skeleton))["scenarios"]
    assert len(played) == 6
    assert {(one["procedure"], one["passed"], one["why"]) for one in played} == {(SLUG, True, None)}


def test_a_new_procedure_is_drawn_in_two_lanes_with_everything_in_its_place(skeleton: Path) -> None:
    diagram = (skeleton / "process.bpmn").read_text(encoding="utf-8")
    drawn = set(re.findall(r'bpmnElement="([\w-]+)"', diagram))
    there = set(re.findall(r'<bpmn:(?:\w+Task|\w+Event|\w+Gateway|lane|sequenceFlow) id="(\w+)"', diagram))
    assert len(re.findall(r"<bpmn:lane ", diagram)) == 2
    assert drawn == there | {SLUG}


def test_a_new_procedure_can_be_published_and_filed(skeleton: Path, house: object) -> None:
    (published,) = facts("procedure", "publish", str(skeleton), MOTCUA_DATABASE_URL=database.current().url)
    assert (published["procedure"], published["version"], published["new"]) == (SLUG, 1, True)


@pytest.mark.parametrize("modeler", ["camunda7", "camunda8"])
def test_a_new_procedure_for_a_stock_modeler_keeps_the_same_promises(modeler: str, tmp_path: Path) -> None:
    facts("procedure", "new", SLUG, "--modeler", modeler, "--out", str(tmp_path))
    assert "<motcua:" not in (tmp_path / SLUG / "process.bpmn").read_text(encoding="utf-8")
    assert [one["why"] for one in _tested(str(tmp_path / SLUG))["scenarios"]] == [None] * 6


@pytest.mark.parametrize("title", ['Cấp phép "A" & <B>', "Cấp phép \\ 'C'", "Đ" * 200])
def test_a_title_is_written_as_each_file_wants_it(title: str, tmp_path: Path) -> None:
    facts("procedure", "new", SLUG, "--title", title, "--title-en", title, "--out", str(tmp_path))
    assert facts("procedure", "check", str(tmp_path / SLUG))["problems"] == []
    scenarios, problems = feature_files.read(pack.open_pack(tmp_path / SLUG).files)
    assert (scenarios[0].feature, problems) == (title, [])


@pytest.mark.parametrize("slug", ["", "Tree", "1tree", "cây", "a b", "../x", "a/b", "x" * 64, "shared", "receive",
                                  "driving-licence-renewal", "-x", "a\nb"])
def test_a_slug_that_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(slug: str, tmp_path: Path) -> None:
    result = run("procedure", "new", "--out", str(tmp_path), "--", slug)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "a\u0000b"])
def test_a_title_nobody_could_read_is_refused(title: str, tmp_path: Path) -> None:
    assert run("procedure", "new", SLUG, "--title", title, "--out", str(tmp_path)).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_written_over(skeleton: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in skeleton.rglob("*.*")}
    assert run("procedure", "new", SLUG, "--out", str(tmp_path)).exit_code == 1
    assert {path: path.read_bytes() for path in skeleton.rglob("*.*")} == before
    (tmp_path / "other").write_text("a file", encoding="utf-8")
    assert run("procedure", "new", "other", "--out", str(tmp_path)).exit_code == 1
    assert run("procedure", "new", SLUG, "--out", str(tmp_path / "bpmn")).exit_code == 1


@pytest.mark.parametrize("slug", ["driving-licence-renewal", "certified-copy"])
def test_the_shipped_procedures_keep_their_promises(slug: str) -> None:
    assert len(_tested(slug)["scenarios"]) >= 13


def test_a_pack_is_played_as_a_zip_too(skeleton: Path, tmp_path: Path) -> None:
    place = tmp_path / "any.zip"
    place.write_bytes(pack.to_zip(pack.open_pack(_only(skeleton, *FILED))))
    assert [one["passed"] for one in _tested(str(place))["scenarios"]] == [True]


BROKEN: tuple[tuple[tuple[str, ...], str | None, str], ...] = (
    ((*FILED, "Thì hồ sơ đã kết thúc"), "hồ sơ đã kết thúc", "filed, not accepted yet"),
    ((*FILED, 'Thì hồ sơ đang chờ ở bước "Nấu cơm"'), 'hồ sơ đang chờ ở bước "Nấu cơm"', "Receive the dossier"),
    ((*FILED, 'Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ" lúc 09:00 Thứ Hai 09/11/2026'), None, "Refuse to accept"),
    ((*FILED, 'Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ", kết quả "Có", lúc 09:00 Thứ Hai 09/11/2026'), None,
     "no outcome “Có”"),
    ((*FILED, 'Khi Lê Văn Chiến làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 09:00 Thứ Hai 09/11/2026'), None,
     ""),
    ((*PUBLISHED, "Và Ai Đó nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026"), None, "Trần Thị Hoa"),
    ((*PUBLISHED, "Và Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Ba 09/11/2026"), None,
     "is a Monday, not a Thứ Ba"),
    ((*PUBLISHED, "Và Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 31/02/2026"), None,
     "There is no day 31/02/2026"),
    ((*PUBLISHED, "Và Trần Thị Hoa nộp giúp Phạm Văn Nam một hồ sơ lúc 25:00 Thứ Hai 09/11/2026"), None,
     "There is no time 25:00"),
    ((*FILED[:-1], FILED[-1] + " với:", "  | nothing_here | 1 |"), None, "no entry “nothing_here”"),
    ((*FILED, "  | request | 1 |"), None, "reads no table"),
    ((*FILED[:-1], FILED[-1] + " với:"), None, "needs a table"),
    ((*PUBLISHED, "Và Trần Thị Hoa nộp hộ Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026"), None, "The nearest:"),
    (("Cho tỉnh mẫu Hải Sơn", 'Và thủ tục "khong-co" đã được công bố'), None, "khong-co"),
    (("Cho cơ quan của tệp tổ chức",), None, "--org FILE"),
    ((*FILED, "Thì hẹn trả là 17:00 Thứ Hai 16/11/2026"), None, "none yet"),
    ((), "", "no sentence"),
)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What became of the scenarios of `BROKEN`, played in one run: each fails by itself."""
    folder = tmp_path_factory.mktemp("broken")
    facts("procedure", "new", SLUG, "--out", str(folder))
    lines = ["# language: vi", "Tính năng: Thử"]
    for number, (sentences, _, _) in enumerate(BROKEN):
        lines += [f"  Kịch bản: {number}", *(f"    {one}" for one in sentences)]
    (folder / SLUG / f"{SLUG}.feature").write_text("\n".join(lines), encoding="utf-8")
    found: list[dict[str, Any]] = _tested(str(folder / SLUG), code=1)["scenarios"]
    assert [one["scenario"] for one in found] == [str(number) for number in range(len(BROKEN))]
    return found


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_promise_that_is_not_kept_names_its_sentence_and_why(broken: list[dict[str, Any]], number: int) -> None:
    sentences, failed, why = BROKEN[number]
    found, said = broken[number], [one for one in sentences if "|" not in one]
    assert found["sentence"] == (failed if failed is not None else said[-1].partition(" ")[2])
    assert found["sentence_line"] == found["line"] + len(said)
    assert why in found["why"]
    assert "Traceback" not in found["why"]


def test_a_failure_is_printed_with_its_line_in_the_language_asked_for(skeleton: Path) -> None:
    result = run("procedure", "test", str(_only(skeleton, *FILED, "Thì hồ sơ đã kết thúc")), "--lang", "vi")
    assert result.exit_code == 1
    assert "✗ tree-felling: Một (tree-felling.feature:3)" in result.stdout
    assert "tree-felling.feature:7: hồ sơ đã kết thúc" in result.stdout
    assert "Hồ sơ đã nộp, chưa được tiếp nhận." in result.stdout
    assert "1 kịch bản, 1 không đạt." in result.stdout


def test_a_pack_without_a_scenario_is_said_and_fails(skeleton: Path) -> None:
    (skeleton / f"{SLUG}.feature").unlink()
    assert [one["code"] for one in _tested(str(skeleton), code=1)["problems"]] == ["feature-missing"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nothing", b"Feature: x\n  Scenario: y\n    Given a\n    Nonsense\n",
                                     b"# language: xx\nFeature: x\n", b"x" * 300_000])
def test_a_feature_that_cannot_be_read_is_a_finding(skeleton: Path, content: bytes) -> None:
    (skeleton / f"{SLUG}.feature").write_bytes(content)
    problems = _tested(str(skeleton), code=1)["problems"]
    assert {one["code"] for one in problems} == {"feature-unreadable"}
    assert all(one["file"] == f"{SLUG}.feature" and one["message"] and one["remedy"] for one in problems)


def test_a_pack_with_an_error_is_not_played_but_checked(skeleton: Path) -> None:
    (skeleton / "process.bpmn").write_text("<a/>", encoding="utf-8")
    found = _tested(str(skeleton), code=1)
    assert found["scenarios"] == []
    assert found["problems"]


@pytest.mark.parametrize("name", ["nothing-here", "no/such/folder", "a\nb"])
def test_a_name_without_a_pack_behind_it_is_a_finding(name: str) -> None:
    assert [one["code"] for one in _tested(name, code=1)["problems"]] == ["not-found"]


def test_without_a_pack_the_usage_is_told() -> None:
    assert run("procedure", "test").exit_code == 2


def test_a_scenario_without_an_end_is_ended_and_the_next_one_is_played(skeleton: Path) -> None:
    content = pack.open_pack(skeleton)
    slow = [feature_files.Scenario("a.feature", line, "", f"nr {line}", ()) for line in range(1, 4)]
    began = time.monotonic()
    played = list(rehearsing.play(rehearsing.Rehearsal(SLUG, content, tuple(slow)), {}, None, seconds=0.01))
    assert [one.scenario for one in played] == slow
    assert all(one.fault is not None and "did not end" in one.fault.why.en for one in played)
    assert time.monotonic() - began < 60


class _Fatal:
    """Ends the process that unpacks it, as a crash of a library would."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


def test_a_process_that_ends_is_told_and_after_three_nothing_more_is_played(skeleton: Path) -> None:
    scenarios = tuple(feature_files.Scenario("a.feature", line, "", f"nr {line}", ()) for line in range(1, 6))
    rehearsal = rehearsing.Rehearsal(SLUG, pack.open_pack(skeleton), scenarios)
    played = list(rehearsing.play(rehearsal, {"fatal": _Fatal()}, None))    # type: ignore[dict-item]
    said = [one.fault.why.en for one in played if one.fault is not None]
    assert ["ended the whole process" in why for why in said] == [True, True, True, False, False]
    assert ["Not played" in why for why in said] == [False, False, False, True, True]


def test_the_office_can_be_the_designers_own(skeleton: Path, tmp_path: Path) -> None:
    organisation = tmp_path / "org.toml"
    organisation.write_text("""
[[unit]]
id = "u"
type = "commune"
title = "Xã U"
code = "H01"
calendar = "vn"
[[position]]
id = "p"
unit = "u"
title = "Công chức"
roles = ["receiving-officer", "processing-officer"]
[[person]]
account = "lan"
name = "Đỗ Thị Lan"
positions = ["p"]
""", encoding="utf-8")
    _only(skeleton, "Cho cơ quan của tệp tổ chức", PUBLISHED[1],
          "Và Đỗ Thị Lan nộp giúp Phạm Văn Nam một hồ sơ lúc 08:00 Thứ Hai 09/11/2026",
          'Thì hồ sơ đang chờ ở bước "Tiếp nhận hồ sơ"')
    assert [one["why"] for one in _tested(str(skeleton), "--org", str(organisation))["scenarios"]] == [None]
    assert run("procedure", "test", str(skeleton), "--org", str(tmp_path / "none.toml")).exit_code == 1


def test_every_sentence_is_listed_in_both_languages() -> None:
    said = facts("procedure", "test", "--sentences")
    assert '{person} làm bước "{name}" lúc {when}' in said
    assert '{person} does "{name}" at {when}' in said
    assert run("procedure", "test", "--sentences").stdout.splitlines() == said


def test_the_handlers_are_listed_with_what_they_read_and_answer() -> None:
    (found,) = [one for one in facts("procedure", "handlers") if one["name"] == "registry.driving_licence"]
    assert [(one["name"], one["type"], one["always"]) for one in found["reads"]] == [
        ("application.licence_no", "text", False)]
    assert {one["name"] for one in found["answers"]} == {"found", "held", "source"}
    assert "registry.driving_licence: Tra cứu giấy phép lái xe" in run("procedure", "handlers", "--lang", "vi").stdout


@pytest.mark.parametrize("data", [{}, {"application": {"licence_no": "990000000009"}}, {"application": "none"}])
def test_a_shipped_handler_answers_what_it_says_it_answers(data: dict[str, Any]) -> None:
    kinds = {"text": str, "number": int, "yes-no": bool}
    shipped = [one for one in handlers.described() if one.call.__module__.startswith("engine.")]
    assert shipped
    for one in shipped:         # other tests register handlers of their own
        assert one.title.vi != one.name
        answer = one.call(data, "key")
        assert {entry.name for entry in one.answers if entry.always} <= set(answer) <= {
            entry.name for entry in one.answers}
        assert all(isinstance(answer[entry.name], kinds[entry.kind]) for entry in one.answers if entry.name in answer)


def test_the_panels_are_written_as_the_code_gives_them(tmp_path: Path) -> None:
    written = facts("procedure", "templates", "--out", str(tmp_path / "deep" / "folder"))["files"]
    assert {Path(place).name: Path(place).read_bytes() for place in written} == templates.files()
    assert sorted(templates.files()) == ["motcua.element-templates.camunda7.json",
                                         "motcua.element-templates.camunda8.json", "motcua.moddle.json"]


@pytest.mark.parametrize(("modeler", "file"), [
    ("camunda7", "motcua.element-templates.camunda7.json"), ("camunda8", "motcua.element-templates.camunda8.json"),
    ("bpmn-io", "motcua.moddle.json")])
def test_the_panels_of_one_modeler_are_written_alone(modeler: str, file: str, tmp_path: Path) -> None:
    facts("procedure", "templates", "--modeler", modeler, "--out", str(tmp_path))
    assert {place.name: place.read_bytes() for place in tmp_path.iterdir()} == {file: templates.files()[file]}


def test_a_skeleton_is_the_same_each_time() -> None:
    assert scaffold.skeleton(SLUG) == scaffold.skeleton(SLUG)
    assert isinstance(scaffold.skeleton(SLUG), Pack)
