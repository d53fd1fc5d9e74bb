"""Abbreviations and chat shorthand are read in context; codes and ordinary words stay as typed."""

import json
import re
from pathlib import Path

import pytest
import yaml

import knowledge
from knowledge.text.normalise import fold, normalise
from knowledge.text.syllables import is_syllable
from knowledge.text.terms import DATA, analyse

FACTS = Path(knowledge.__file__).parent / "catalogue" / "data" / "facts"
SHORTHAND = yaml.safe_load((DATA / "abbreviations.yml").read_text(encoding="utf-8"))

# Syllables of official names that are read as something else when typed without marks, and why.
READ_OTHERWISE = {
    "ubnd": "the official name itself abbreviates ủy ban nhân dân",
    "aj": "alone it is ạ in Telex; after mẫu, form or C/O it stays the form AJ",
    "nd": "alone it is nghị định; in an official name it stands within a code (NĐ-CP)",
    "vn": "alone it is Việt Nam; in VN-CU and UAE-VN it stays",
}


def read(text: str) -> str:
    return " ".join(term.norm for term in analyse(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xin gp kd xd lm ntn vậy", "xin giấy phép kinh doanh xăng dầu làm như thế nào vậy"),
        ("hs gồm j z ạ", "hồ sơ gồm gì vậy ạ"),
        ("gcnđđk attp", "giấy chứng nhận đủ điều kiện an toàn thực phẩm"),
        ("gcnddk vsattp", "giấy chứng nhận đủ điều kiện an toàn thực phẩm"),
        ("đổi đđkd trên gcnđkhđ", "đổi địa điểm kinh doanh trên giấy chứng nhận đăng ký hoạt động"),
        (
            "sđbs gpkd, gh gp, cl gcn",
            "sửa đổi bổ sung giấy phép kinh doanh gia hạn giấy phép cấp lại giấy chứng nhận",
        ),
        ("kd tctn, vlncn", "kinh doanh tiền chất thuốc nổ vật liệu nổ công nghiệp"),
        ("mk cần nộp j, có fải ra sct hok", "mình cần nộp gì có phải ra sở công thương không"),
        ("fí bnhiu, lệ fí mí ngày", "phí bao nhiêu lệ phí mấy ngày"),
        ("tks ad, hỉu rùi", "cảm ơn ad hiểu rồi"),
        ("dzậy là đc r", "vậy là được rồi"),
        ("jấy fép kần jì", "giấy phép cần gì"),
        ("wá wận wy", "quá quận quy"),
    ],
)
def test_shorthand_is_written_out(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tt 12/2018/TT-BCT", "thông tư 12/2018/tt-bct"),
        ("tt này", "thủ tục này"),
        ("tt tm", "trung tâm thương mại"),
        ("quản lý tt", "quản lý thị trường"),
        ("lập cn", "lập chi nhánh"),
        ("cụm cn", "cụm công nghiệp"),
        ("mở cx", "mở cây xăng"),
        ("em cx vậy", "em cũng vậy"),
        ("mở ch xăng", "mở cửa hàng xăng"),
        ("ch có giấy", "chưa có giấy"),
        ("đổi đc", "đổi địa chỉ"),
        ("đổi đc ko", "đổi được không"),
        ("kh có", "không có"),
        ("cho kh hàng", "cho khách hàng hàng"),
        ("bán lẻ tl", "bán lẻ thuốc lá"),
        ("tl cty", "thành lập công ty"),
        ("tl giúp", "trả lời giúp"),
        ("quên mk dvc", "quên mật khẩu dịch vụ công"),
        ("mk hỏi", "mình hỏi"),
        ("nộp tk nhập", "nộp tờ khai nhập"),
        ("quên tk", "quên tài khoản"),
        ("đơn đn", "đơn đề nghị"),
        ("sở xd", "sở xây dựng"),
        ("bán xd", "bán xăng dầu"),
        ("200k", "200 nghìn"),
        ("5tr", "5 triệu"),
        ("500.000đ", "500.000 đồng"),
        ("ko 8h", "không 8 giờ"),
        ("cách 2 km", "cách 2 km"),
        ("ct km", "chương trình khuyến mại"),
        ("ngừng hđ", "ngừng hoạt động"),
        ("ký hđ", "ký hợp đồng"),
        ("zay to", "giấy tờ"),
        ("sao zay", "sao vậy"),
        ("hộ gđ", "hộ gia đình"),
        ("đổi gđ", "đổi giám đốc"),
        ("nơi nào v", "nơi nào vậy"),
        ("c ơi e hỏi", "chị ơi em hỏi"),
    ],
)
def test_neighbours_decide_between_readings(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "c/o mẫu e",
        "c/o form ak",
        "form vc",
        "co ak",
        "co vc",
        "mẫu s",
        "mẫu vk",
        "mẫu aj",
        "co aj",
        "mẫu da59",
        "mẫu vn",
        "form eav",
        "mẫu x",
        "form b",
        "form d",
        "hạng b",
        "điểm d đ e g h i",
        "c/o e cần",
        "hàng hàn quốc xin ak",
        "trong hem nho",
        "online gov vn",
        "go mun",
        "uk",
    ],
)
def test_codes_and_ordinary_words_stay(text):
    assert fold(read(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mẫu tk", "mẫu tờ khai"),
        ("mẫu hđ", "mẫu hợp đồng"),
        ("mẫu gpkd", "mẫu giấy phép kinh doanh"),
        ("chủ hkd", "chủ hộ kinh doanh"),
        ("chủ dn", "chủ doanh nghiệp"),
        ("loại hc", "loại hóa chất"),
    ],
)
def test_after_words_of_codes_only_long_or_named_shorthand_is_read(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nhaaaa", "nha"),
        ("okeee", "oke"),
        ("khônggg", "không"),
        ("ạaaa", "ạ"),
        ("gìiii", "gì"),
        ("đâuuuu", "đâu"),
        ("koooo", "không"),
        ("dcccc hokkkk", "được không"),
        ("được kooo", "được không"),
    ],
)
def test_letters_drawn_out_are_written_once(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize("text", ["www", "phụ lục iii", "viii", "xiii", "1000000", "aanz", "xoong", "aaa1"])
def test_what_only_looks_drawn_out_stays(text):
    assert read(text) == text


def test_a_term_drawn_out_keeps_its_place():
    (term,) = analyse("  okeee ")
    assert (term.start, term.end, term.norm) == (2, 7, "oke")


def test_no_shorthand_is_listed_twice():
    text = (DATA / "abbreviations.yml").read_text(encoding="utf-8")
    keys = re.findall(r"^  ([^\s:#-]+):", text, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
    assert set(keys) == set(SHORTHAND["words"])


def test_readings_are_well_formed():
    for word, value in SHORTHAND["words"].items():
        assert isinstance(word, str)
        assert word == normalise(word) or fold(word) == fold(normalise(word))
        readings = [{"to": value}] if isinstance(value, str) else value
        for reading in readings:
            neighbours = [*reading.get("after", ()), *reading.get("before", ())]
            assert all(isinstance(n, str) and n == fold(n) and " " not in n for n in neighbours), word
        defaults = [place for place, r in enumerate(readings) if not {"after", "before"} & r.keys()]
        assert defaults in ([], [len(readings) - 1]), f"{word}: a default hides what follows it"


def test_shorthand_is_written_out_in_syllables():
    names = {"online", "zalo", "ok"}
    for word, value in SHORTHAND["words"].items():
        for full in [value] if isinstance(value, str) else [reading["to"] for reading in value]:
            assert full == word or all(is_syllable(s) or s in names for s in full.split()), word


def official_names():
    for path in sorted(FACTS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["name"]


def test_syllables_of_official_names_stay_as_typed():
    syllables = {
        word for name in official_names() for word in re.findall(r"[^\W\d_]+", fold(name)) if len(word) > 1
    }
    assert len(syllables) > 400
    changed = {word for word in syllables if fold(read(word)) != word}
    assert changed == READ_OTHERWISE.keys()


def test_official_names_stay_as_typed_with_and_without_marks():
    for name in official_names():
        for text in (name, fold(name)):
            changed = {
                text[term.start : term.end].lower()
                for term in analyse(text)
                if term.source not in {"typed", "restored"}
            }
            assert changed <= READ_OTHERWISE.keys(), name
