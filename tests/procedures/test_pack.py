"""A pack is read whole or refused by name; the same files are the same pack."""

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import EngineError, InvalidProcedure, ProcedureNotFound
from engine.procedures import pack, pack_guard
from engine.procedures.pack import Pack

FILES = {"procedure.toml": b'slug = "x"', "process.bpmn": b"<a/>", "forms/receive.json": b"{}"}


def zipped(files, **changes):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", changes.pop("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = archive.compression
            entry.external_attr = changes.get("mode", 0o644) << 16
            archive.writestr(entry, data)
    return target.getvalue()


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def test_a_zip_and_its_folder_are_the_same_pack(tmp_path: Path):
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    from_folder = pack.open_pack(tmp_path)
    assert from_folder == pack.from_zip(zipped(FILES))
    assert from_folder.content_hash == pack.from_zip(zipped(FILES)).content_hash


def test_a_zip_made_twice_has_the_same_bytes_and_opens_to_the_same_files():
    first = pack.to_zip(Pack(FILES))
    assert first == pack.to_zip(Pack(dict(reversed(FILES.items()))))
    assert pack.from_zip(first).files == FILES


def test_the_hash_covers_names_and_bytes():
    hashes = {Pack(files).content_hash for files in
              ({"a": b"bc"}, {"ab": b"c"}, {"a": b"bc", "d": b""}, {"a": b"bd"}, {})}
    assert len(hashes) == 5


def test_a_pack_zipped_with_its_folder_is_forgiven():
    inside = {f"my-procedure/{name}": data for name, data in FILES.items()}
    assert pack.from_zip(zipped(inside)).files == FILES


@pytest.mark.parametrize("name", ["../evil.bpmn", "/etc/evil.bpmn", "a/../../evil.bpmn", "C:/evil.bpmn", "a\\b.bpmn",
                                  "a\nb.bpmn", "x" * 300 + ".bpmn"])
def test_a_path_out_of_the_pack_is_refused(name):
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped({**FILES, name: b""}))
    assert codes(refused) == ["pack-path"]


def test_a_file_of_another_kind_is_refused_by_name():
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped({**FILES, "run.py": b"print()"}))
    assert codes(refused) == ["pack-file-kind"]
    assert refused.value.problems[0].file == "run.py"


def test_what_a_desktop_leaves_behind_is_passed_over():
    litter = {".DS_Store": b"x", "__MACOSX/._process.bpmn": b"x", ".git/config": b"x"}
    assert pack.from_zip(zipped({**FILES, **litter})).files == FILES


def test_a_zip_bomb_is_refused_before_it_is_opened():
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped({"process.bpmn": b"\0" * 5_000_000}))
    assert codes(refused) == ["pack-bomb"]


def test_a_pack_of_too_many_bytes_is_refused():
    noise = os.urandom(1_000_000)
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped({f"{n}.bpmn": noise for n in range(11)}))
    assert codes(refused) == ["pack-too-large"]


@pytest.mark.parametrize("count", [501, 20_000])
def test_a_pack_of_too_many_files_is_refused(count):
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped({f"{n}.json": b"" for n in range(count)}))
    assert codes(refused) == ["pack-too-many-files"]


def test_a_zip_that_lies_about_a_length_is_refused():
    honest = zipped({"process.bpmn": b"a" * 1000})
    lying = honest.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(lying)
    assert codes(refused) == ["pack-unreadable"]


def test_a_link_in_a_zip_is_refused():
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped({"process.bpmn": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    assert codes(refused) == ["pack-link"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_eats_memory_is_refused(compression):
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped(FILES, compression=compression))
    assert codes(refused) == ["pack-unreadable"]


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc"])
def test_a_link_in_a_folder_is_refused_not_followed(tmp_path: Path, target):
    (tmp_path / "process.bpmn").symlink_to(target)
    with pytest.raises(InvalidProcedure) as refused:
        pack.open_pack(tmp_path)
    assert codes(refused) == ["pack-link"]


def test_a_pipe_in_a_folder_does_not_hang(tmp_path: Path):
    os.mkfifo(tmp_path / "process.bpmn")
    with pytest.raises(InvalidProcedure) as refused:
        pack.open_pack(tmp_path)
    assert codes(refused) == ["pack-link"]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_pack_or_a_refusal(data):
    for attempt in (data, b"PK\x03\x04" + data, zipped(FILES)[:-22] + data):
        try:
            pack.from_zip(attempt)
        except InvalidProcedure as refused:
            assert refused.problems[0].remedy.vi  # noqa: PT017 - either outcome is right, a traceback is not


def test_an_entry_without_a_name_is_refused():
    with pytest.raises(InvalidProcedure) as refused:
        pack.from_zip(zipped({**FILES, "x": b""}).replace(b"x", b"\0"))
    assert codes(refused) == ["pack-path"]


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_wrong_byte_in_a_zip_is_no_traceback(at, byte):
    data = bytearray(zipped(FILES))
    data[at % len(data)] = byte
    try:
        assert isinstance(pack.from_zip(bytes(data)), Pack)
    except EngineError as refused:
        assert isinstance(refused, InvalidProcedure)  # noqa: PT017


@pytest.mark.parametrize("name", ["no-such-procedure", "../bpmn", "No", "shared", ""])
def test_a_slug_that_is_not_installed_is_not_found(name):
    with pytest.raises(ProcedureNotFound):
        pack.gather(name if name != "shared" else "shared-things")


def test_a_source_tree_gathers_diagram_forms_feature_and_everything_shared(tmp_path: Path):
    def put(path, text):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    put("bpmn/own-thing/process.bpmn", '<process id="own-thing"><callActivity calledElement="first_look"/></process>')
    put("bpmn/own-thing/procedure.toml", 'slug = "own-thing"')
    put("bpmn/own-thing/letters/permit.typ", "#let x = 1")
    put("bpmn/shared/first_look.bpmn", '<process id="first_look"><userTask id="look"/>'
        '<callActivity calledElement="second_look"/></process>')
    put("bpmn/shared/second_look.bpmn", '<process id="second_look"><businessRuleTask id="ask"><x ref="price"/>'
        '</businessRuleTask></process>')
    put("bpmn/shared/unused.bpmn", '<process id="unused"/>')
    put("bpmn/shared/prices.dmn", '<definitions><decision id="price"/></definitions>')
    put("bpmn/shared/locale/en.po", 'msgid "a"\nmsgstr "b"\n')
    put("forms/own-thing/apply.json", '{"properties": {"who": {"$ref": "shared/owner.json"}}}')
    put("forms/shared/owner.json", '{"properties": {"at": {"$ref": "place.json"}}}')
    put("forms/shared/place.json", "{}")
    put("forms/shared/look.json", "{}")
    put("forms/shared/elsewhere.json", "{}")
    put("features/own-thing.feature", "Feature: x")
    whole = pack.open_pack(tmp_path / "bpmn/own-thing")
    assert set(whole.files) - {"shared/locale/en.forms.po"} == {
        "process.bpmn", "procedure.toml", "letters/permit.typ", "forms/apply.json", "own-thing.feature",
        "shared/first_look.bpmn", "shared/second_look.bpmn", "shared/prices.dmn", "shared/look.json",
        "shared/owner.json", "shared/place.json", "shared/locale/en.po"}
    assert pack.from_zip(pack.to_zip(whole)) == whole


def test_a_pack_that_brings_no_fieldset_gets_the_products_own():
    files = {**FILES, "forms/receive.json": b'{"properties": {"who": {"$ref": "shared/person.json"}}}'}
    assert "shared/person.json" in pack.from_zip(zipped(files)).files


@pytest.mark.parametrize("place", ["shared/person.json", "forms/shared/person.json"])
def test_a_fieldset_in_the_pack_is_kept(place):
    files = {**FILES, place: b"{}", "forms/receive.json": b'{"properties": {"who": {"$ref": "shared/person.json"}}}'}
    assert pack.from_zip(zipped(files)).files == files


def test_every_limit_is_small_enough_for_a_small_machine():
    assert pack_guard.MAX_BYTES <= 10 * 1024 * 1024
    assert pack_guard.MAX_ENTRIES <= 500
    assert pack_guard.MAX_RATIO <= 100
