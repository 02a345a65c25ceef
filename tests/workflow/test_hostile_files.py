"""Any bytes give findings: no traceback, no file read, no name looked up, no long wait, no great memory."""

from __future__ import annotations

import resource
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import workflow
from engine.domain.errors import InvalidProcedure
from tests.effort import at_most
from tests.workflow.making import FILES, NOW, act, files, keys

GOOD = (FILES / "linear.bpmn").read_text()
BODY = GOOD.partition("?>")[2]


def _entity(body: str) -> bytes:
    return ('<?xml version="1.0"?><!DOCTYPE d [' + body + "]>" + BODY.replace("Cấp bản sao", "&x;")).encode()


HOSTILE = {
    "nothing": b"", "spaces": b"   ", "text": b"hello", "nul": b"\x00" * 100,
    "png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    "json": b'{"a": 1}', "html": b"<html><body>x</body></html>", "half": GOOD.encode()[:900],
    "xxe file": _entity('<!ENTITY x SYSTEM "file:///etc/passwd">'),
    "xxe net": _entity('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'),
    "parameter entity": _entity('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'),
    "internal entity": _entity('<!ENTITY x "y">'),
    "laughs": _entity('<!ENTITY a "' + "ha" * 50 + '">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + '<!ENTITY x "&j;">'),
    "quadratic": _entity('<!ENTITY a "' + "x" * 50_000 + '"><!ENTITY x "' + "&a;" * 1_000 + '">'),
    "external dtd": b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">' + BODY.encode(),
    "small doctype": b'<!doctype html>' + BODY.encode(),
    "empty doctype": b'<?xml version="1.0"?><!DOCTYPE d>' + BODY.encode(),
    "utf-16": GOOD.replace("UTF-8", "UTF-16").encode("utf-16"), "utf-16 no mark": GOOD.encode("utf-16-le"),
    "utf-7": GOOD.replace("UTF-8", "UTF-7").encode("utf-7"), "utf-7 doctype":
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE d+AD4-' + BODY.encode(),
    "latin": GOOD.replace("UTF-8", "ISO-8859-1").replace("Cấp bản sao", "Délivrer").encode("latin-1", "replace"),
    "lies about itself": GOOD.replace("UTF-8", "ISO-8859-1").encode(), "utf-32": GOOD.encode("utf-32"),
    "ebcdic": b"Lo\xa7\x94\x93" + b"\x40" * 50, "bad utf-8": GOOD.encode() + b"\xff\xfe",
    "deep": b"<a>" * 5_000 + b"</a>" * 5_000,
    "deep bpmn": (GOOD.split("<bpmn:startEvent")[0] + "<bpmn:extensionElements>" * 250
                  + "</bpmn:extensionElements>" * 250 + "</bpmn:process></bpmn:definitions>").encode(),
    "wide": b"<a>" + b"<b/>" * 100_000 + b"</a>", "large": b"<a>" + b"x" * 3_000_000 + b"</a>",
    "long name": b"<" + b"a" * 100_000 + b"/>",
    "long attribute": b'<a b="' + b"x" * 1_000_000 + b'"/>',
    "many attributes": b"<a " + b" ".join(b'b%d="1"' % i for i in range(50_000)) + b"/>",
    "many namespaces": b"<a " + b" ".join(b'xmlns:b%d="u"' % i for i in range(20_000)) + b"/>",
    "instruction": b'<?xml version="1.0"?><?php system("id"); ?>' + b"<a/>",
    "comments": b"<a>" + b"<!-- x -->" * 150_000 + b"</a>",
    "other root": b'<definitions xmlns="urn:other"/>',
    "no process": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "process without id": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process '
                          b'isExecutable="true"/></definitions>',
    "xinclude": b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>',
}


@pytest.mark.parametrize("encoding", ["US-ASCII", "ISO-8859-1", "windows-1258"])
def test_a_file_of_plain_signs_may_name_an_encoding_in_which_they_are_the_same(encoding):
    plain = GOOD.encode("ascii", "ignore").replace(b"UTF-8", encoding.encode())
    assert workflow.check({"x.bpmn": plain}, "linear") == []
    assert [one.code for one in workflow.check({"x.bpmn": plain + b"\xc3\xa0"})] == ["not-utf8"]
    assert [one.code for one in workflow.check({"x.bpmn": plain.replace(encoding.encode(), b"UTF-7")})] == ["not-utf8"]


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.parametrize("ending", ["bpmn", "dmn"])
def test_hostile_bytes_give_a_finding_at_once(name, ending):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with at_most(2):
        found = workflow.check({f"x.{ending}": HOSTILE[name]})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert [one for one in found if one.severity == "error"], name
    assert all(one.file == f"x.{ending}" and one.message.vi and one.remedy.vi for one in found)
    assert "root:" not in "".join(one.message.en + one.remedy.en for one in found)
    with pytest.raises(InvalidProcedure):
        workflow.read({f"x.{ending}": HOSTILE[name]}, "linear")


def test_no_file_and_no_network_is_touched():
    touched: list[str] = []
    watching = False

    def watch(event, arguments):
        if watching and event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
            touched.append(f"{event} {arguments}")

    sys.addaudithook(watch)
    watching = True
    for content in HOSTILE.values():
        workflow.check({"x.bpmn": content})
    watching = False
    assert touched == []


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(GOOD)), length=st.integers(0, 60), noise=st.text(max_size=30) | st.sampled_from([
    '<bpmn:task id="x"/>', "</bpmn:process>", 'id="receive"', "${x}", "&x;", "<x/>", "-->", "<![CDATA[", '"',
    "isExecutable",
    '<bpmn:sequenceFlow id="z" sourceRef="verify" targetRef="receive"/>', '<motcua:deadline kind="x"/>']))
def test_a_damaged_diagram_gives_findings_or_is_still_good(place, length, noise):
    damaged = (GOOD[:place] + noise + GOOD[place + length:]).encode("utf-8", "surrogatepass")
    found = workflow.check({"x.bpmn": damaged}, "linear")
    assert "unreadable" not in {one.code for one in found}
    if not any(one.severity == "error" for one in found):
        assert workflow.read({"x.bpmn": damaged}, "linear").start.kind == "start"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_findings(content):
    for name in ("x.bpmn", "x.dmn"):
        assert "unreadable" not in {one.code for one in workflow.check({name: content})}
        assert workflow.check({name: content})


def _chain(length: int) -> bytes:
    steps = "".join(f'<bpmn:userTask id="s{i}"><bpmn:extensionElements><motcua:assignment role="r"/>'
                    '</bpmn:extensionElements></bpmn:userTask>' for i in range(length))
    flows = "".join(f'<bpmn:sequenceFlow id="f{i}" sourceRef="s{i}" targetRef="s{i + 1}"/>' for i in range(length - 1))
    return (GOOD.split("<bpmn:process")[0] + '<bpmn:process id="chain" isExecutable="true"><bpmn:startEvent id="a"/>'
            + steps + flows + '<bpmn:endEvent id="z"/><bpmn:sequenceFlow id="first" sourceRef="a" targetRef="s0"/>'
            f'<bpmn:sequenceFlow id="last" sourceRef="s{length - 1}" targetRef="z"/></bpmn:process></bpmn:definitions>'
            ).encode()


@pytest.mark.parametrize(("length", "seconds"), [(30, 0.3), (300, 2.0), (498, 4.0)])
def test_a_long_diagram_is_checked_quickly_and_runs(length, seconds):
    content = {"chain.bpmn": _chain(length)}
    with at_most(seconds):
        assert workflow.check(content, "chain") == []
    read = workflow.read(content, "chain")
    assert keys(act(read, workflow.start(read, None, NOW), "s0")) == ["s1"]


def test_the_longest_chain_allowed_runs_from_deep_inside_a_program():
    read = workflow.read({"chain.bpmn": _chain(498)}, "chain")

    def deep(levels: int) -> workflow.Position:
        return workflow.start(read, None, NOW) if not levels else deep(levels - 1)

    assert keys(act(read, deep(250), "s0")) == ["s1"]


def test_a_chain_too_long_for_the_engine_is_refused_at_the_check():
    with at_most(5):
        found = workflow.check({"chain.bpmn": _chain(4_000)}, "chain")
    assert [one.code for one in found] == ["too-many-steps"]


def test_a_lone_file_is_looked_at_whatever_it_is_called():
    assert workflow.check({"noi dung": b"x"})[0].code == "not-xml"
    assert workflow.check({"linear.xml": GOOD.encode()}) == []


def test_files_of_other_kinds_are_not_looked_at():
    assert workflow.check({**files("linear"), "forms/x.json": b"\xff", "letters/a.typ": b"<!DOCTYPE"}, "linear") == []
