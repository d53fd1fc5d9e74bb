"""Evidence: only pictures, made anew, without what cameras add, out of reach, sealed."""

from __future__ import annotations

import io
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from knowledge.cases.evidence import EvidenceError, EvidenceFolder, clean_picture, picture_origin
from tests.knowledge.cases.conftest import MONDAY, SEALER, complaint

MOST = 200_000


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **values) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, form, **values)
    return stream.getvalue()


CLEANED = clean_picture(picture(), MOST)


@pytest.fixture
def folder(tmp_path) -> EvidenceFolder:
    return EvidenceFolder(tmp_path / "evidence", SEALER, MOST)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_taken_and_made_anew(form) -> None:
    cleaned = clean_picture(picture(form), MOST)
    assert (cleaned.width, cleaned.height) == (60, 40)
    assert cleaned.content.startswith(b"\xff\xd8\xff")


def test_place_and_device_do_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera của ông An"
    exif.get_ifd(0x8825)[1] = "N"
    given = picture(exif=exif) + b"HIDDEN AFTER THE END"
    assert b"Camera" in given
    cleaned = clean_picture(given, MOST).content
    assert b"Camera" not in cleaned
    assert b"HIDDEN" not in cleaned
    assert not Image.open(io.BytesIO(cleaned)).getexif()


def test_a_huge_picture_is_made_smaller() -> None:
    cleaned = clean_picture(picture(size=(5000, 1000)), MOST)
    assert (cleaned.width, cleaned.height) == (2400, 480)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a" + b"0" * 100, "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "type"),
        (b"%PDF-1.7", "type"),
        (b"MZ\x90\x00", "type"),
        (b"", "type"),
        (picture()[:200], "broken"),
        (b"\xff\xd8\xff" + b"x" * 500, "broken"),
        (b"RIFF\x00\x00\x00\x00AVI ", "broken"),
        (picture("PNG") + b"0" * MOST, "size"),
    ],
    ids=["gif", "vector", "document", "program", "nothing", "cut", "noise", "video", "too large"],
)
def test_what_is_no_picture_is_refused(content, reason) -> None:
    with pytest.raises(EvidenceError) as refused:
        clean_picture(content, MOST)
    assert refused.value.reason == reason


def test_a_bomb_is_refused() -> None:
    bomb = picture("PNG", (9000, 9000))
    assert len(bomb) < 1_000_000
    with pytest.raises(EvidenceError):
        clean_picture(bomb, 1_000_000)


@given(st.binary(max_size=300), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b""]))
@settings(max_examples=150, deadline=None)
def test_whatever_bytes_come_nothing_breaks(content, sign) -> None:
    try:
        cleaned = clean_picture(sign + content, MOST)
    except EvidenceError:
        return
    assert cleaned.content.startswith(b"\xff\xd8\xff")


def test_it_lies_sealed_where_only_the_service_reads(sessions, conversation, folder, tmp_path) -> None:
    with sessions.begin() as session:
        kept = folder.keep(session, CLEANED, conversation, "o" * 64, MONDAY)
        again = folder.keep(session, CLEANED, conversation, "o" * 64, MONDAY)
    assert again.id == kept.id
    (path,) = (tmp_path / "evidence").iterdir()
    assert path.name == kept.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert b"JFIF" not in path.read_bytes()
    assert folder.open(kept.name).startswith(b"\xff\xd8\xff")
    folder.remove(kept.name)
    assert folder.open(kept.name) is None


@pytest.mark.parametrize("name", ["../secret-key", "a/b", "", "A" * 64, "0" * 63])
def test_no_name_leads_out_of_the_folder(folder, name) -> None:
    with pytest.raises(ValueError, match="no name"):
        folder.open(name)


def test_a_conversation_sends_five_at_most_and_they_go_with_its_case(sessions, conversation, folder) -> None:
    with sessions.begin() as session:
        for number in range(5):
            folder.keep(session, CLEANED, conversation, f"{number:064}", MONDAY)
        with pytest.raises(EvidenceError, match="too_many"):
            folder.keep(session, CLEANED, conversation, "x" * 64, MONDAY)
        case = complaint(session, conversation)
        kept = folder.keep(session, CLEANED, conversation, "y" * 64, MONDAY)
        session.expire_all()
        assert kept.case_id is None
        from knowledge.cases.listing import evidence_of

        assert len(evidence_of(session, case.id)) == 5


def test_the_same_picture_without_a_message_is_one() -> None:
    assert picture_origin(1, b"x") == picture_origin(1, b"x") != picture_origin(2, b"x")
