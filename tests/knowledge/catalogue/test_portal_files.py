"""Files of a portal import: folders and zips are read within bounds, tricks are refused."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from knowledge.catalogue.importers import files
from knowledge.catalogue.importers.any_file import import_file
from knowledge.catalogue.importers.portal import import_portal
from knowledge.catalogue.importers.report import ImportReport

ANSWER = {
    "code": "1.009999",
    "name": "Cấp Giấy phép thử nghiệm",
    "isProvince": True,
    "categoriesDetails": [{"name": "Hóa chất"}],
}


def the_rejection(report: ImportReport) -> tuple[str, str]:
    assert report.accepted == ()
    (rejection,) = report.rejected
    return rejection.place, rejection.reason


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_read_without_unpacking(tmp_path: Path) -> None:
    content = json.dumps(ANSWER).encode()
    members = {"list/a.json": content, "__MACOSX/list/a.json": b"x", "list/.DS_Store": b"x", "list/": b""}
    report = import_file(zipped(tmp_path / "list.zip", members))
    assert len(report.accepted) == 1
    assert report.rejected == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.zip"]


@pytest.mark.parametrize("name", ["../a.json", "/etc/a.json", "x/../../a.json", "..\\a.json", "C:\\a.json"])
def test_path_tricks_are_refused(tmp_path: Path, name: str) -> None:
    report = import_portal(zipped(tmp_path / "a.zip", {name: json.dumps(ANSWER).encode()}))
    assert "đường dẫn không hợp lệ" in the_rejection(report)[1]


def test_a_link_in_a_zip_or_folder_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "symlink" in the_rejection(import_portal(tmp_path / "a.zip"))[1]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "b.json").symlink_to("/etc/passwd")
    assert "symlink" in the_rejection(import_portal(folder))[1]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    report = import_portal(zipped(tmp_path / "a.zip", {"a.json": b" " * 3_000_000}))
    assert "tỷ lệ nén bất thường" in the_rejection(report)[1]


def test_a_size_in_the_header_is_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.json": json.dumps(ANSWER).encode()})
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\x01\x02") + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    report = import_portal(path)
    assert report.accepted == ()
    assert report.rejected


def test_limits_on_files_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps(ANSWER).encode()
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.json").write_bytes(content)
    path = zipped(tmp_path / "a.zip", {f"{number}.json": content for number in range(4)}, zipfile.ZIP_STORED)

    def reasons() -> list[str]:
        return [import_portal(source).rejected[-1].reason for source in (folder, path)]

    with monkeypatch.context() as patch:
        patch.setattr(files, "MAX_FILES", 3)
        assert all("quá nhiều tệp" in why for why in reasons())
    with monkeypatch.context() as patch:
        patch.setattr(files, "MAX_TOTAL_BYTES", 2 * len(content))
        assert all("Tổng dung lượng" in why for why in reasons())
    with monkeypatch.context() as patch:
        patch.setattr(files, "MAX_FILE_BYTES", 100)
        assert all("quá lớn" in why for why in reasons())


def test_broken_and_locked_zips_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK not really")
    assert "hỏng" in the_rejection(import_portal(tmp_path / "a.zip"))[1]
    whole = zipped(tmp_path / "b.zip", {"a.json": json.dumps(ANSWER).encode()}).read_bytes()
    damaged = bytearray(whole)
    damaged[60:80] = b"\x00" * 20
    (tmp_path / "b.zip").write_bytes(bytes(damaged))
    assert "hỏng" in the_rejection(import_portal(tmp_path / "b.zip"))[1]
    locked = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    (tmp_path / "c.zip").write_bytes(bytes(locked))
    assert "mật khẩu" in the_rejection(import_portal(tmp_path / "c.zip"))[1]


def test_nothing_to_import_is_told(tmp_path: Path) -> None:
    assert "Không có tệp .json" in the_rejection(import_portal(tmp_path))[1]
    assert "Không tìm thấy" in the_rejection(import_portal(tmp_path / "no.json"))[1]
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    (tmp_path / "empty.zip").write_bytes(empty.getvalue())
    assert "Không có tệp .json" in the_rejection(import_portal(tmp_path / "empty.zip"))[1]
    (tmp_path / "empty.zip").unlink()
    (tmp_path / "list.txt").write_text("x")
    assert "Không phải tệp .json" in the_rejection(import_portal(tmp_path))[1]
