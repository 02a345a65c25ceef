"""The part of the examination that asks the machine: room on the disks, the signing secret, papers in their store."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from engine.adapters import files
from engine.config import Settings
from engine.domain.errors import Unavailable
from engine.domain.text import Text
from engine.services import installation
from engine.services.health import Check
from engine.storage import database
from engine.storage.tables import document_table

LITTLE = (0.10, 2 * 1024**3)        # of a disk free: share and bytes; less of both is to be noticed
NOTHING = 200 * 1024**2             # bytes free: less is too little
SHORTEST = 32                       # signs of a secret
SAMPLE = 20                         # papers looked at


def examine(settings: Settings, environ: Mapping[str, str]) -> Iterator[Check]:
    """Examine this machine: its disks and its secret, and whether it tells strangers its figures."""
    yield from _disks(settings)
    yield _secret(settings, environ)
    yield _figures(settings)


def _disks(settings: Settings) -> Iterator[Check]:
    """One check for each disk that home, papers and a SQLite file lie on."""
    places = {"home": settings.home, "files": settings.files}
    base = installation.file_of(settings.database_url)
    if base is not None:
        places["database"] = base.parent
    seen: dict[int, list[str]] = {}
    roots: dict[int, Path] = {}
    for name, place in places.items():
        root = next(path for path in (place.absolute(), *place.absolute().parents) if path.exists())
        device = root.stat().st_dev
        seen.setdefault(device, []).append(name)
        roots[device] = root
    for device, names in seen.items():
        yield _disk(" + ".join(names), roots[device])


def _disk(names: str, root: Path) -> Check:
    usage = shutil.disk_usage(root)
    share = usage.free / usage.total if usage.total else 0.0
    told = Text(f"{names}: còn {usage.free / 1024**3:.1f} GiB ({share:.0%})",
                f"{names}: {usage.free / 1024**3:.1f} GiB free ({share:.0%})")
    if usage.free >= LITTLE[1] or (share >= LITTLE[0] and usage.free >= NOTHING):
        return Check("disk", "ok", told)
    return Check("disk", "fail" if usage.free < NOTHING else "warn", told, Text(
        "Giải phóng hoặc thêm chỗ: khi ổ đầy, không hồ sơ nào được ghi.",
        "Free or add room: with a full disk no case is stored."))


def _secret(settings: Settings, environ: Mapping[str, str]) -> Check:
    named, kept = environ.get("MOTCUA_SECRET_KEY") or "", settings.home / "secret-key"
    if named:
        return _long_enough(len(named), Text("MOTCUA_SECRET_KEY", "MOTCUA_SECRET_KEY"))
    if not kept.is_file():
        return Check("secret", "warn", Text("chưa có khóa ký phiên", "there is no signing secret yet"), Text(
            "«motcua run» tự tạo cho một máy; nhiều máy thì đặt cùng một MOTCUA_SECRET_KEY.",
            "“motcua run” makes one for one host; for several set the same MOTCUA_SECRET_KEY on all."))
    if kept.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Check("secret", "fail", Text(f"người khác đọc được {kept}", f"others can read {kept}"),
                     Text(f"Chạy: chmod 600 {kept}", f"Run: chmod 600 {kept}"))
    if installation.file_of(settings.database_url) is None:
        return Check("secret", "warn", Text("khóa chỉ có trên máy này", "the secret is on this host only"), Text(
            "Nếu có nhiều máy web, đặt cùng một MOTCUA_SECRET_KEY trên mọi máy.",
            "With several web hosts set the same MOTCUA_SECRET_KEY on all."))
    return _long_enough(kept.stat().st_size, Text(str(kept), str(kept)))


def _long_enough(length: int, where: Text) -> Check:
    if length < SHORTEST:
        return Check("secret", "fail",
                     Text(f"{where.vi} chỉ có {length} ký tự", f"{where.en} has only {length} signs"),
                     Text(f"Đặt khóa ngẫu nhiên từ {SHORTEST} ký tự.", f"Set a random one of {SHORTEST} signs."))
    return Check("secret", "ok", where)


def _figures(settings: Settings) -> Check:
    """Behind a proxy on the same machine every stranger seems to ask from here."""
    host = urlsplit(settings.public_url).hostname or ""
    if settings.metrics_token is None and host not in ("127.0.0.1", "::1", "localhost"):
        return Check("metrics", "warn", Text("/metrics không có mã truy cập", "/metrics has no token"), Text(
            "Đặt MOTCUA_METRICS_TOKEN, và chặn /metrics ở máy chủ TLS phía trước.",
            "Set MOTCUA_METRICS_TOKEN, and close /metrics at the TLS proxy."))
    return Check("metrics", "ok", Text("/metrics không mở cho người ngoài", "/metrics is closed to strangers"))


def papers(settings: Settings) -> Iterator[Check]:
    """Look whether the newest papers lie in the store of this machine with the bytes that were added."""
    c = document_table.c
    try:
        with database.reading() as session:
            wanted = list(session.scalars(select(c.sha256).order_by(c.added_at.desc()).limit(SAMPLE)))
    except Unavailable:
        return
    lacking = [sha256 for sha256 in wanted if not _lies(files.place(settings.files, sha256), sha256)]
    if lacking:
        yield Check("papers", "fail", Text(
            f"{len(lacking)}/{len(wanted)} tệp thiếu hoặc hỏng trong {settings.files}",
            f"{len(lacking)} of {len(wanted)} files missing or damaged in {settings.files}"),
                    Text("Mọi máy phải dùng chung một kho tệp; khôi phục kho từ bản sao lưu.",
                         "All hosts need the same store of files; restore it from a backup."))
    else:
        yield Check("papers", "ok", Text(f"{len(wanted)} tệp mới nhất còn nguyên trong kho",
                                         f"the newest {len(wanted)} files are whole in the store"))


def _lies(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False
