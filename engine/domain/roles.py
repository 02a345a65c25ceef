"""The roles the product knows by name. A role is an open word: a pack may ask for others."""

from __future__ import annotations

from engine.domain.text import Text

TITLES: dict[str, Text] = {
    "applicant": Text("Người yêu cầu", "Applicant"),
    "receiving-officer": Text("Công chức tiếp nhận", "Receiving officer"),
    "return-officer": Text("Công chức trả kết quả", "Return officer"),
    "processing-officer": Text("Công chức thụ lý", "Processing officer"),
    "team-head": Text("Đội trưởng", "Team head"),
    "head": Text("Lãnh đạo phòng", "Head of division"),
    "leader": Text("Lãnh đạo cơ quan", "Leader"),
    "clerk": Text("Văn thư", "Clerk"),
    "cashier": Text("Thu phí", "Cashier"),
    "printing-officer": Text("Cán bộ in", "Printing officer"),
    "consulted-officer": Text("Cơ quan phối hợp", "Consulted unit"),
    "auditor": Text("Thanh tra", "Auditor"),
    "administrator": Text("Quản trị hệ thống", "Administrator"),
    "process-designer": Text("Thiết kế quy trình", "Process designer"),
    "publisher": Text("Người phê duyệt phát hành", "Publisher"),
}

# What offices also write on a lane: "cán bộ" for "công chức" in a commune, the short form of a leader.
_ALSO = {"Cán bộ tiếp nhận": "receiving-officer", "Cán bộ trả kết quả": "return-officer",
         "Cán bộ thụ lý": "processing-officer", "Lãnh đạo": "leader", "Head of agency": "leader"}
_BY_NAME = {name.casefold(): code for code, title in TITLES.items() for name in (code, title.vi, title.en)} | {
    name.casefold(): code for name, code in _ALSO.items()}


def named(lane: str) -> str:
    """Give the role a lane's name means: a role code, or its title in either language; else the name itself."""
    return _BY_NAME.get(" ".join(lane.split()).casefold(), " ".join(lane.split()))


def title(role: str) -> Text:
    """Give the title of a role for people; an unknown role is its own title."""
    return TITLES.get(role, Text(role, role))
