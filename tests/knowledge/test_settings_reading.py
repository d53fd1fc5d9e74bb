"""Settings from the environment and from .env: what is taken, what is refused, and in which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import settings as settings_module
from knowledge.settings import ROOT, VARIABLES, SettingsError, read_settings

TEXTS = st.text(max_size=30)


@pytest.fixture
def env_file(tmp_path, monkeypatch):
    """Write a .env in a root of its own, with no setting in the environment; gives the writer."""
    monkeypatch.setattr(settings_module, "ROOT", tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def write(text):
        (tmp_path / ".env").write_text(text, encoding="utf-8")

    return write


def test_defaults():
    settings = read_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.database_url == f"sqlite:///{ROOT}/var/tthc.db"
    assert settings.data_dir == ROOT / "var"
    assert settings.rasa_url == "http://127.0.0.1:5005"
    assert settings.actions_url == "http://127.0.0.1:5055"
    assert settings.trust_forwarded_for is False
    assert settings.embed_origins == ()


@given(st.sampled_from(sorted(VARIABLES)), TEXTS)
def test_any_text_is_taken_or_refused_by_name(name, text):
    refusal = refusal_of({name: text})
    assert refusal is None or refusal.startswith(f"{name}=")
    assert refusal is None or "is not usable: expected" in refusal


def refusal_of(environment):
    try:
        read_settings(environment)
    except SettingsError as error:
        return str(error)
    return None


@given(st.integers(-10, 100_000))
def test_ports_are_between_1_and_65535(number):
    if 1 <= number <= 65_535:
        assert read_settings({"PORT": str(number)}).port == number
    else:
        with pytest.raises(SettingsError, match=r"PORT=.* expected a whole number between 1 and 65535"):
            read_settings({"PORT": str(number)})


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_value_is_the_default(text):
    assert read_settings(dict.fromkeys(VARIABLES, text)) == read_settings({})


@given(TEXTS.map(lambda text: "TTHC_" + text).filter(lambda name: name not in VARIABLES))
def test_an_unknown_setting_of_ours_is_refused_by_name(name):
    with pytest.raises(SettingsError) as caught:
        read_settings({name: "x"})
    assert str(caught.value) == f"unknown setting {name}: .env.example lists all settings"


def test_other_variables_are_not_our_business():
    assert read_settings({"LANG": "vi_VN.UTF-8", "PATH": "/bin"}) == read_settings({})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mysql://u@h/d", "expected a sqlite:// or postgresql:// URL"),
        ("var/tthc.db", "expected a URL such as sqlite:///var/tthc.db"),
    ],
)
def test_other_databases_are_refused(url, expected):
    with pytest.raises(SettingsError, match=expected):
        read_settings({"DATABASE_URL": url})


def test_embedding_sites_are_origins():
    settings = read_settings({"TTHC_EMBED_ORIGINS": "https://a.gov.vn/, http://b.vn:81,"})
    assert settings.embed_origins == ("https://a.gov.vn", "http://b.vn:81")
    with pytest.raises(SettingsError, match="TTHC_EMBED_ORIGINS"):
        read_settings({"TTHC_EMBED_ORIGINS": "a.gov.vn"})


def test_the_file_is_read_and_the_environment_wins(env_file, monkeypatch):
    env_file("# ghi chú\n\nPORT=9000\nHOST='0.0.0.0'\n TTHC_LOG_LEVEL = \"debug\" \n")
    monkeypatch.setenv("PORT", "9001")
    settings = read_settings()
    assert (settings.port, settings.host, settings.log_level) == (9001, "0.0.0.0", "DEBUG")


@pytest.mark.parametrize("line", ["PORT", "PORT 9000", "=9000", "MY-PORT=1", "export PORT=1"])
def test_a_malformed_line_of_the_file_is_named(env_file, line):
    env_file(f"HOST=127.0.0.1\n{line}\n")
    with pytest.raises(SettingsError, match=r"^\.env line 2: expected NAME=value, got"):
        read_settings()


def test_an_unknown_setting_in_the_file_is_refused(env_file):
    env_file("TTHC_COLOUR=blue\n")
    with pytest.raises(SettingsError, match="unknown setting TTHC_COLOUR"):
        read_settings()
