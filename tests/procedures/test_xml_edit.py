"""A file is changed where it was meant to be, and nowhere else."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.procedures import xml_document, xml_edit
from engine.procedures.xml_edit import Edits

ODD = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- vẽ bằng tay > " ' -->
<d:definitions   xmlns:d="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns='urn:other' xmlns:v="urn:v">
  <?tool keep="this > that"?>
  <d:userTask  id = "Task_1"\tname='Thẩm định "gấp" &amp; ký > 3' v:colour="&#x1F7E2;"  >
    <!-- <d:userTask id="Task_1"/> -->
    <v:note><![CDATA[ <d:userTask id="x"/> ]]> sau</v:note>
    <d:outgoing >Flow_1</d:outgoing\t>
  </d:userTask>
  <d:task id="b"/><d:task id="c" /><other   a="1"
     b='2'/>
</d:definitions>
<!-- hết -->
"""


def _read(text):
    return xml_document.read(text.encode())


def _task(document, key):
    return next(one for one in document.root.walk() if one.id == key)


def test_every_element_knows_where_its_bytes_stand():
    document = _read(ODD)
    content = document.content
    for element in document.root.walk():
        assert content[element.start:].startswith(b"<" + element.name.encode())
        assert content[element.inside - 1:element.inside] == b">"
        assert content[element.end - 1:element.end] == b">"
        assert element.empty or content[element.close:].startswith(b"</" + element.name.encode())
        for attribute in element.attributes.values():
            assert content[attribute.start - 1:attribute.start].decode() == attribute.quote
            assert content[attribute.end:attribute.end + 1].decode() == attribute.quote
    task = _task(document, "Task_1")
    assert task.tag == "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"
    assert task.get("name") == 'Thẩm định "gấp" & ký > 3'
    assert task.get("{urn:v}colour") == "\U0001f7e2"
    assert task.children[0].text == ' <d:userTask id="x"/>  sau'
    assert document.root.children[-1].tag == "{urn:other}other"


def test_without_changes_the_bytes_are_the_same():
    document = _read(ODD)
    assert Edits(document).applied() == ODD.encode()


def test_a_changed_value_changes_only_its_own_bytes():
    document = _read(ODD)
    edits = Edits(document)
    edits.set(_task(document, "Task_1"), "id", "verify")
    assert edits.applied() == ODD.replace('id = "Task_1"', 'id = "verify"').encode()


def test_a_value_is_written_so_that_its_quotes_hold():
    document = _read(ODD)
    edits = Edits(document)
    edits.set(_task(document, "Task_1"), "name", "a'b\"c<d>&\n")
    assert b"name='a&apos;b\"c&lt;d&gt;&amp;&#10;' v:colour" in edits.applied()


def test_a_new_attribute_a_text_a_child_and_a_name_come_where_they_belong():
    document = _read(ODD)
    edits = Edits(document)
    edits.set(_task(document, "b"), "isExecutable", "true")
    edits.append(_task(document, "b"), "<v:x/>")
    edits.text(next(one for one in document.root.walk() if one.local == "outgoing"), "f & 1")
    edits.rename(_task(document, "Task_1"), "d:serviceTask")
    edits.insert(_task(document, "Task_1"), "<v:first/>")
    edits.after(_task(document, "Task_1").children[0], "<v:then/>")
    changed = edits.applied().decode()
    assert '<d:task id="b" isExecutable="true">\n    <v:x/>\n  </d:task><d:task id="c" />' in changed
    assert "<d:outgoing >f &amp; 1</d:outgoing\t>" in changed
    assert '<d:serviceTask  id = "Task_1"\tname=' in changed
    assert "</d:serviceTask>" in changed
    assert "v:colour=\"&#x1F7E2;\"  >\n    <v:first/>\n    <!--" in changed
    assert "sau</v:note>\n    <v:then/>\n    <d:outgoing" in changed


def test_an_element_is_taken_away_with_its_line():
    document = _read(ODD)
    edits = Edits(document)
    edits.set(_task(document, "b"), "id", "never")
    edits.remove(_task(document, "b"))
    edits.remove(next(one for one in document.root.walk() if one.local == "outgoing"))
    assert edits.applied().decode() == ODD.replace('\n  <d:task id="b"/>', "").replace(
        "\n    <d:outgoing >Flow_1</d:outgoing\t>", "")


def test_a_text_of_an_element_that_holds_others_is_not_replaced():
    document = _read(ODD)
    with pytest.raises(ValueError, match="holds others"):
        Edits(document).text(document.root, "x")
    with pytest.raises(KeyError):
        Edits(document).replace(document.root, "{urn:v}colour", "x")


@pytest.mark.parametrize("content", [
    b"", b"<a>", b"<!DOCTYPE a><a/>", "<a/>".encode("utf-16"), b"<a b='1' b='2'/>", b"<a>&x;</a>", b"<x:a/>",
    b"<a>" * 300 + b"</a>" * 300])
def test_what_the_guard_refuses_is_refused(content):
    with pytest.raises(xml_document.Refused):
        xml_document.read(content)


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
                 max_size=12)
_QUOTED = st.sampled_from(['"', "'"])


@st.composite
def _written(draw, depth=3):
    """Give XML as no serializer would write it."""
    name = draw(st.sampled_from(["a", "d:b", "v:c"]))
    parts = [f"<{name}"]
    for key in draw(st.lists(st.sampled_from(["id", "name", "v:x"]), unique=True, max_size=3)):
        quote, blank = draw(_QUOTED), draw(st.sampled_from([" ", "\n\t", "  "]))
        parts.append(f"{blank}{key}{draw(st.sampled_from(['=', ' = ']))}{quote}"
                     f"{xml_edit.escaped(draw(_TEXTS), quote)}{quote}")
    if depth == 0 or draw(st.booleans()):
        return "".join([*parts, draw(st.sampled_from(["/>", " />"]))])
    parts.append(draw(st.sampled_from([">", " >"])))
    for _ in range(draw(st.integers(0, 3))):
        parts.append(draw(st.one_of(
            _TEXTS.map(xml_edit.escaped), st.just("<!-- <a id='1'> -->"), st.just("<![CDATA[<a>&]]>"),
            st.just("\n  "), st.just("<?p x>?>"), _written(depth=depth - 1))))
    return "".join([*parts, f"</{name}>"])


_FILES = _written().map(lambda inner: f'<root xmlns:d="urn:d" xmlns:v="urn:v">{inner}</root>')


def _tree(content):
    return etree.parse(io.BytesIO(content), etree.XMLParser(resolve_entities=False)).getroot()


def _shape(element):
    return [(one.tag if isinstance(one.tag, str) else "!", sorted(one.attrib.items()), one.text, one.tail)
            for one in element.iter()]


@settings(max_examples=200, deadline=None)
@given(text=_FILES)
def test_any_file_is_read_like_the_guard_reads_it_and_left_alone(text):
    document = _read(text)
    assert Edits(document).applied() == text.encode()
    mine = [(one.tag, {key: value.value for key, value in one.attributes.items() if not key.startswith("xmlns")})
            for one in document.root.walk()]
    theirs = [(one.tag, dict(one.attrib)) for one in _tree(text.encode()).iter() if isinstance(one.tag, str)]
    assert mine == theirs


@settings(max_examples=200, deadline=None)
@given(text=_FILES, value=_TEXTS, data=st.data())
def test_an_edit_changes_its_span_and_the_tree_only_there(text, value, data):
    document = _read(text)
    element = data.draw(st.sampled_from(list(document.root.walk())))
    place = list(document.root.walk()).index(element)
    edits = Edits(document)
    edits.set(element, "id", value)
    changed = edits.applied()
    found = element.attributes.get("id")
    before, after = (found.start, found.end) if found else (max(
        [element.start + 1 + len(element.name.encode()), *(one.end + 1 for one in element.attributes.values())]),) * 2
    assert changed[:before] == document.content[:before]
    assert changed.endswith(document.content[after:])
    wanted = _tree(document.content)
    [one for one in wanted.iter() if isinstance(one.tag, str)][place].set("id", value)
    assert _shape(_tree(changed)) == _shape(wanted)


@settings(max_examples=200, deadline=None)
@given(text=_FILES, data=st.data())
def test_a_new_child_leaves_everything_else_in_the_tree(text, data):
    document = _read(text)
    element = data.draw(st.sampled_from(list(document.root.walk())))
    edits = Edits(document)
    data.draw(st.sampled_from([edits.insert, edits.append]))(element, '<v:new note="đ"/>')
    grown = _tree(edits.applied())
    new = grown.find(".//{urn:v}new[@note]")
    parent = new.getparent()
    assert parent.tag == element.tag
    tail = (new.tail or "")
    previous = new.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(new)

    def words(root):
        return [(tag, values, (text or "").strip(), (tail or "").strip()) for tag, values, text, tail in _shape(root)]
    assert words(grown) == words(_tree(document.content))
