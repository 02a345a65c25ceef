"""The macros of the pages: plain values in, accessible mark-up out, nothing the content security policy refuses."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).parents[2] / "webapp" / "templates"
STATIC = TEMPLATES.parent / "static"
MACROS = sorted((TEMPLATES / "macros").glob("*.html"))
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def env() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(lambda text: text, lambda one, many, n: one, newstyle=True)
    made.globals["url_for"] = lambda endpoint, filename: f"/static/{filename}"
    return made


class Page(HTMLParser):
    """Collects elements as (tag, attributes)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def ids(self) -> list[str | None]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


def render(env: Environment, file: str, call: str, **values: object) -> str:
    return env.from_string(f'{{% import "macros/{file}.html" as m %}}{{{{ m.{call} }}}}').render(**values)


FIELDS = [
    "text('one', x, x, hint=x, error=x)",
    "number('one', x, x, hint=x, error=x)",
    "money('one', x, x, hint=x, error=x)",
    "textarea('one', x, x, hint=x, error=x)",
    "select('one', x, [(x, x)], x, hint=x, error=x)",
    "radios('one', x, [(x, x, x), ('b', 'B')], x, hint=x, error=x)",
    "checkboxes('one', x, [(x, x, x), ('b', 'B')], [x], hint=x, error=x)",
    "checkbox('one', x, True, hint=x, error=x)",
    "date('one', x, (x, x, x), hint=x, error=x)",
    "date_single('one', x, x, hint=x, error=x)",
    "file('one', x, hint=x, error=x)",
]
OTHERS = [
    ("forms", "requirement('one', x, x, True, reason='why', reason_value=x, error=x)"),
    ("forms", "outcome('one', x, [(x, x, x)], x, error=x)"),
    ("forms", "error_summary({'one': [x], '': x})"),
    ("forms", "csrf(x, x)"),
    ("forms", "submit(x, x, (x, x))"),
    ("forms", "button(x, x, x)"),
    ("status", "status('late', x)"),
    ("status", "code(x, x)"),
    ("status", "due('ok', x, x)"),
    ("status", "old_new(x, x)"),
    ("layout", "tiles([{'kind': 'late', 'count': x, 'text': x, 'href': x}])"),
    ("layout", "note(x, 'late', (x, x))"),
    ("layout", "filters([{'text': x, 'href': x, 'current': True}], {'action': x, 'value': x, 'hidden': {x: x}})"),
    ("layout", "tabs(x, [{'text': x, 'href': x}])"),
    ("layout", "crumbs([(x, x), (x, None)])"),
    ("layout", "pages((x, x), (x, x), x)"),
    ("layout", "keys_dialog()"),
    ("clock", "why(x, [(x, x)], [{'weekday': x, 'day': x, 'note': x, 'parts': [('stop', 1)]}], x, x, x)"),
    (
        "case",
        "idbar(x, x, [x], [{'label': x, 'due': x, 'old_due': x, 'kind': 'ok', 'text': x, 'link': (x, x)}], (x, x))",
    ),
    ("case", "table(x, [{'label': x}], [{'cells': [x]}, {'cells': [{'value': x, 'small': x, 'place': 'name'}]}])"),
    ("case", "table(x, [], [], empty=(x, x, x))"),
    ("case", "data([(x, x)])"),
    ("case", "documents([{'text': x, 'href': x, 'done': True}], {'kind': 'image', 'src': x, 'title': x}, [(x, x)])"),
    ("case", "documents([], {'kind': 'pdf', 'src': x, 'title': x})"),
    ("case", "twin([{'title': x, 'detail': x, 'used': x, 'status': ('hold', x), 'state': 'now'}])"),
    ("case", "timeline([{'at': x, 'datetime': x, 'title': x, 'detail': x, 'kind': 'late'}])"),
    ("case", "figure(x, '', x, x)"),
    ("case", "seal(False, x, [(True, x), (False, x)])"),
    ("public", "kicker(x, x)"),
    ("public", "promise('hold', x, (x, x))"),
    (
        "public",
        "steps([{'text': x, 'at': x, 'state': 'done'}, {'text': x, 'state': 'now', 'kind': 'hold'}, {'text': x}])",
    ),
    ("public", "action(x, [x], x, (x, x))"),
    ("public", "facts([(x, x, x)])"),
    ("public", "letters([{'text': x, 'href': x, 'note': x}])"),
    ("public", "aside([{'title': x, 'text': x, 'links': [(x, x)]}])"),
    ("paper", "slip({'applicant': x, 'code': x, 'papers': [(x, x, x)], 'due': x, 'reasons': x, 'track': x, 'fee': x})"),
]
ALL = [("forms", call) for call in FIELDS] + OTHERS


@pytest.mark.parametrize(("file", "call"), ALL)
def test_what_is_shown_is_escaped(env, file, call):
    text = render(env, file, call, x=HOSTILE)
    assert "<script" not in text
    assert call.count("x") == 0 or "&lt;script&gt;" in text or call in ("keys_dialog()",)


@pytest.mark.parametrize(("file", "call"), ALL)
def test_nothing_is_inline_that_the_policy_refuses(env, file, call):
    for tag, attributes in Page(render(env, file, call, x="A")).elements:
        assert tag not in ("script", "style")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("call", FIELDS)
def test_a_field_has_a_label_and_is_tied_to_its_hint_and_error(env, call):
    page = Page(render(env, "forms", call, x="A"))
    inputs = [a for tag in ("input", "select", "textarea") for a in page.all(tag)]
    labels = {label.get("for") for label in page.all("label")}
    assert inputs[0]["id"] == "f-one"  # where the error summary leads
    assert all(field["id"] in labels for field in inputs)
    described = [a["aria-describedby"] for _, a in page.elements if "aria-describedby" in a]
    assert all(key in page.ids() for value in described for key in value.split())
    assert any("f-one-error" in value for value in described)
    assert any("f-one-hint" in value for value in described)


@pytest.mark.parametrize(("file", "call"), ALL)
def test_no_id_is_given_twice(env, file, call):
    ids = Page(render(env, file, call, x="A")).ids()
    assert len(ids) == len(set(ids))


def test_an_error_summary_leads_to_the_field(env):
    page = Page(render(env, "forms", "error_summary({'name': 'Nhập họ và tên', 'born': ['Sai ngày', 'Quá trẻ']})"))
    assert [link["href"] for link in page.all("a")] == ["#f-name", "#f-born", "#f-born"]


def test_a_field_that_may_stay_empty_says_so(env):
    assert "(không bắt buộc)" in render(env, "forms", "text('one', 'Ghi chú', required=False)")
    assert "(không bắt buộc)" not in render(env, "forms", "text('one', 'Họ tên')")


def test_a_date_given_whole_fills_its_three_fields(env):
    values = [
        field["value"] for field in Page(render(env, "forms", "date('born', 'Ngày sinh', '1988-03-04')")).all("input")
    ]
    assert values == ["04", "03", "1988"]


def test_every_outcome_says_its_consequence_and_has_its_key(env):
    text = render(
        env, "forms", "outcome('outcome', 'Kết quả', c, 'b')", c=[("a", "Đạt", "Trình ký"), ("b", "Chưa", "Dừng")]
    )
    radios = Page(text).all("input")
    assert [radio["data-key"] for radio in radios] == ["1", "2"]
    assert ["checked" in radio for radio in radios] == [False, True]
    assert "Trình ký" in text


@pytest.mark.parametrize("kind", ["late", "soon", "ok", "hold", "plain"])
def test_a_state_is_said_in_words_and_shape(env, kind):
    text = render(env, "status", "status(kind, 'trễ 42 phút')", kind=kind)
    assert "trễ 42 phút" in text
    assert "<svg" in text


def test_a_case_code_shows_its_last_part_apart(env):
    assert render(env, "status", "code('H99.07-261113-0034')") == (
        '<span class="mc-code">H99.07-261113-<b>0034</b></span>'
    )


def test_the_parts_of_a_day_stand_one_after_the_other(env):
    page = Page(render(env, "clock", "days([{'day': '17', 'parts': [('run', 0.27), ('stop', 0.5), ('left', 0.23)]}])"))
    bars = [rect for rect in page.all("rect") if rect["height"] == "100%"]
    assert [(bar["x"], bar["width"]) for bar in bars] == [
        ("0.00%", "27.00%"),
        ("27.00%", "50.00%"),
        ("77.00%", "23.00%"),
    ]


def test_a_list_without_rows_says_why_and_gives_one_next_step(env):
    text = render(env, "case", "table('Việc', [], [], empty=('Không có việc nào đang chờ.', 'Xem hồ sơ', '/cases'))")
    assert "Không có việc nào đang chờ." in text
    assert 'href="/cases"' in text


@pytest.mark.parametrize("file", [*MACROS, TEMPLATES / "base.html"], ids=lambda file: file.stem)
def test_every_text_of_a_macro_can_be_translated(file):
    if file.stem == "paper":
        return  # the wording of a statutory form stays Vietnamese
    text = re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\b_\((['\"]).*?\1[^)]*\)", "", text)
    text = text.replace('<i lang="vi">Một cửa</i>', "")  # part of the name
    assert not [line.strip() for line in text.splitlines() if VIETNAMESE.search(line)]


@pytest.mark.parametrize("file", MACROS, ids=lambda file: file.stem)
def test_every_macro_file_is_short_and_says_its_arguments(file):
    text = file.read_text(encoding="utf-8")
    assert text.startswith("{#\n")
    assert len(text.splitlines()) < 300


def shell(**changes: object) -> dict[str, object]:
    return {
        "language": "vi",
        "theme": "",
        "work": True,
        "home": "/",
        "nav": [{"href": "/work", "text": "Việc của tôi", "current": True}, {"href": "/cases", "text": "Hồ sơ"}],
        "person": {"name": "Trần Minh An", "position": "Cán bộ thẩm định"},
        "office": "Phòng CSGT",
        "sign_out": {"href": "/sign-out", "token": "t"},
        "languages": [
            {"code": "vi", "name": "Tiếng Việt", "href": "?lang=vi"},
            {"code": "en", "name": "English", "href": "?lang=en"},
        ],
        "help": {"href": "/help", "text": "0200"},
        "accessibility": "/accessibility",
        "shortcuts": "/shortcuts",
        "contrast": "?theme=contrast",
    } | changes  # fmt: skip


def test_a_page_begins_with_a_way_past_its_header_and_marks_the_current_place(env):
    page = Page(env.get_template("base.html").render(shell=shell()))
    links = page.all("a")
    assert links[0]["href"] == "#main"
    assert "main" in page.ids()
    assert [link["href"] for link in links if link.get("aria-current") == "page"] == ["/work"]
    assert [link["lang"] for link in links if link.get("aria-current") == "true"] == ["vi"]
    assert page.all("html")[0]["lang"] == "vi"


def test_a_public_page_shows_no_person_and_no_sign_out(env):
    text = env.get_template("base.html").render(
        shell=shell(work=False, person=None, sign_out=None, nav=[], shortcuts=None)
    )
    assert "Trần Minh An" not in text
    assert "<form" not in text
    assert "mc-body--work" not in text


def test_all_a_page_loads_lies_on_this_machine_and_exists(env):
    page = Page(env.get_template("base.html").render(shell=shell()))
    loaded = [link["href"] for link in page.all("link")] + [script["src"] for script in page.all("script")]
    assert len(loaded) >= 4
    for address in loaded:
        assert (STATIC / address.removeprefix("/static/")).is_file()


def test_the_style_sheets_fetch_nothing_from_elsewhere():
    for sheet in STATIC.rglob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / address.strip("\"'")).is_file(), (sheet.name, address)
