"""Packs made of foreign files run from the start to an end: directly, where the dialect said everything, else after a
designer filled in what the report called missing."""

from datetime import timedelta

import pytest

from engine import workflow
from engine.domain.errors import InvalidSubmission
from engine.procedures import check, forms, procedure
from tests.procedures.importing import filled, sample
from tests.workflow.making import NOW, act, keys

HANDLERS = ("tra_cuu_quy_hoach", "gui_ma_so", "in_ho_chieu_delegate", "gui_thu_nhac", "mail", "http.post_request")
DECIDES = '{"type": "object", "required": ["outcome"], "properties": {"outcome": {"enum": ["dat", "khong_dat"]}}}'
EMPTY = '{"type": "object", "properties": {}}'


def _loaded(pack, handlers=HANDLERS):
    assert [(problem.code, problem.element) for problem in check.check(pack, handlers=handlers)
            if problem.severity == "error"] == []
    return procedure.load(pack)


def _asks(loaded, key, given):
    """Clean an answer with the imported form of a step, as the office would."""
    step = next(one for one in loaded.definition.steps.values() if one.key == key)
    return forms.clean(loaded.form_of(step), given, today=NOW.date())


def test_a_procedure_of_camunda_7_runs_after_the_missing_form_is_written():
    loaded = _loaded(filled(sample("camunda7"), {"ky_giay_phep": EMPTY}))
    read = loaded.definition
    filing = _asks(loaded, "nop_ho_so", {"ho_ten": "Nguyễn Văn An", "loai_cong_trinh": "cong_trinh",
                                         "dien_tich": 300})
    position = workflow.start(read, filing, NOW)
    assert keys(position) == ["tiep_nhan_ho_so"]
    position = act(read, position, "tiep_nhan_ho_so", _asks(loaded, "tiep_nhan_ho_so", {"du_ho_so": True}))
    assert position.data["tinh_le_phi"] == {"so_tien": 200_000}
    position = act(read, position, "tra_cuu_quy_hoach", {"phu_hop": True})
    late = workflow.fire_timers(read, position.state, NOW + timedelta(days=13))
    assert late.data["ghi_so_lan_nhac"] == {"so_lan_nhac": 1}
    again = act(read, late, "tham_dinh_thiet_ke", {"ket_qua": "chua_dat"})
    assert keys(again) == ["tiep_nhan_ho_so"]
    position = act(read, late, "tham_dinh_thiet_ke", _asks(loaded, "tham_dinh_thiet_ke", {"ket_qua": "dat"}))
    assert keys(position) == ["ky_giay_phep"]
    assert act(read, position, "ky_giay_phep").ended


def test_what_a_form_of_camunda_demanded_is_still_demanded():
    loaded = _loaded(filled(sample("camunda7"), {"ky_giay_phep": EMPTY}))
    form = loaded.filing_form()
    good = {"ho_ten": "Nguyễn Văn An", "loai_cong_trinh": "nha_o", "dien_tich": 80, "so_thua": "12"}
    assert forms.clean(form, good) == good
    for wrong in ({"ho_ten": "A"}, {"dien_tich": 0}, {"loai_cong_trinh": "khac"}, {"so_thua": None}, {"email": "a"}):
        with pytest.raises(InvalidSubmission) as refused:
            forms.clean(form, {key: value for key, value in {**good, **wrong}.items() if value is not None})
        assert set(refused.value.errors) == set(wrong)


def test_a_procedure_of_camunda_8_runs_as_it_was_drawn():
    loaded = _loaded(filled(sample("camunda8")))
    read = loaded.definition
    filing = _asks(loaded, "nop", {"chu_ho": {"ho_ten": "Trần Thị Bình", "ngay_sinh": "1990-05-01"}, "so_nganh": 4,
                                   "nganh_nghe": ["ban_le", "an_uong"]})
    position = workflow.start(read, filing, NOW)
    assert keys(workflow.fire_timers(read, position.state, NOW + timedelta(days=3))) == []
    position = act(read, position, "tiep_nhan", _asks(loaded, "tiep_nhan", {"ket_luan": "nhan"}))
    assert position.data["ghi"] == {"tong_phi": 320_000}
    assert [waiting.item for waiting in position.waiting] == ["ban_le"]
    position = act(read, position, "kiem_tra", {"du_dieu_kien": True})
    assert [waiting.item for waiting in position.waiting] == ["an_uong"]
    position = act(read, position, "kiem_tra", {"du_dieu_kien": False})
    assert [one["du_dieu_kien"] for one in position.data["kiem_tra"]] == [True, False]
    position = act(read, position, "cho_thue", {"so": "1"})
    position = act(read, position, "gui_thue", {"da_gui": True})
    assert keys(position) == ["cap/ky_giay_chung_nhan"]
    assert act(read, position, "ky_giay_chung_nhan", {"so_giay": "01/GCN"}).ended


def test_a_procedure_of_operaton_runs_after_form_time_and_condition_are_written():
    loaded = _loaded(filled(sample("operaton"), {"thu": EMPTY}, {
        "0 0 9 * * ?": "R3/P1D", '${lyDoHong.contains("muc")}': "in_ho_chieu.dat == false"}))
    read = loaded.definition
    position = workflow.start(read, _asks(loaded, "bat_dau", {"ho_ten": "Lê Thị Chi", "loai": "gap"}), NOW)
    reminded = workflow.fire_timers(read, position.state, NOW + timedelta(days=1, minutes=1))
    assert keys(reminded) == ["kiem_tra", "nhac"]
    position = act(read, position, "kiem_tra", {"approved": False})
    assert keys(position) == ["bo_sung"]
    position = act(read, act(read, position, "bo_sung", {"noi_dung": "ảnh"}), "kiem_tra", {"approved": True})
    assert position.data["tinh_phi"]["so_tien"] == 320_000
    assert keys(position) == ["xu_ly/thu"]
    position = act(read, act(read, position, "thu"), "in_ho_chieu", {"dat": False})
    assert keys(position) == ["xu_ly/thu"]
    position = act(read, act(read, position, "thu"), "in_ho_chieu", {"dat": True})
    assert act(read, position, "tra").ended
    assert next(step for step in read.steps.values() if step.key == "thu").deadlines[0].period.number == 4


def test_a_procedure_of_flowable_runs_as_it_was_drawn():
    loaded = _loaded(filled(sample("flowable")))
    read = loaded.definition
    application = {"so_ngay_nghi": 14, "tham_nien": 3}
    position = workflow.start(read, _asks(loaded, "start", application), NOW)
    assert position.data["so_ngay"] == {"toi_da": 12}
    position = act(read, position, "duyet", _asks(loaded, "duyet", {"outcome": "dong_y"}))
    assert keys(position) == ["sua"]
    position = act(read, position, "sua", _asks(loaded, "sua", {"so_ngay_nghi": 5, "tham_nien": 6}))
    assert position.data["so_ngay"] == {"toi_da": 13}
    position = act(read, position, "duyet", {"outcome": "dong_y"})
    assert position.data["ghi_so"] == {"con_lai": 8}
    assert act(read, position, "bao_luong", {"ok": True}).ended
    assert next(step for step in read.steps.values() if step.key == "sua").assignment.role == "applicant"


def test_a_procedure_of_spiff_arena_runs_as_it_was_drawn():
    loaded = _loaded(filled(sample("spiff"), {}))
    read = loaded.definition
    told = {"noi_dung": {"tieu_de": "Rác", "linh_vuc": "moi_truong", "dien_thoai": "0912345678"},
            "lien_he": {"email": "a@vidu.vn"}}
    position = act(read, workflow.start(read, {}, NOW), "nhap", _asks(loaded, "nhap", told))
    assert position.data["dat_ten"] == {"so_ngay": 2, "can_gap": True}
    position = act(read, position, "goi", {"status": 200})
    position = act(read, position, "xac_minh", _asks(loaded, "xac_minh", {"dung": True}))
    assert act(read, position, "phan_loai").ended
    told["noi_dung"]["linh_vuc"] = "giao_thong"
    position = act(read, workflow.start(read, {}, NOW), "nhap", told)
    assert position.next_timer == NOW + timedelta(hours=1)
    position = workflow.fire_timers(read, position.state, NOW + timedelta(hours=1))
    assert keys(position) == ["xac_minh"]


def test_a_drawing_runs_after_everything_missing_is_filled_in():
    draft = sample("plain")
    loaded = _loaded(filled(draft, {"xet_ho_so": DECIDES}, {
        '<semantic:complexGateway id="g" name="Đạt?"/>': '<semantic:exclusiveGateway id="g" name="Đạt?"/>',
        '<semantic:serviceTask id="bao" name="Báo kết quả"/>':
            '<semantic:serviceTask id="bao" name="Báo kết quả"><semantic:extensionElements><motcua:service '
            'xmlns:motcua="urn:motcua:bpmn:1" handler="mail"/></semantic:extensionElements></semantic:serviceTask>',
        '<semantic:flowNodeRef>dang_thong_bao</semantic:flowNodeRef>':
            '<semantic:flowNodeRef>dang_thong_bao</semantic:flowNodeRef><semantic:flowNodeRef>xet_ho_so'
            '</semantic:flowNodeRef>',
        'sourceRef="h" targetRef="bao"/>': 'sourceRef="h" targetRef="bao"><semantic:conditionExpression>'
            'xet_ho_so.outcome == "dat"</semantic:conditionExpression></semantic:sequenceFlow>',
        '<semantic:exclusiveGateway id="h" name="Chọn?"/>':
            '<semantic:exclusiveGateway id="h" name="Chọn?" default="f6"/>'}))
    read = loaded.definition
    position = act(read, workflow.start(read, {}, NOW), "dang_thong_bao")
    assert act(read, position, "xet_ho_so", {"outcome": "khong_dat"}).ended
    position = act(read, position, "xet_ho_so", {"outcome": "dat"})
    assert act(read, position, "bao", {}).ended
