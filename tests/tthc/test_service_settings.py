"""Settings on their way to the processes."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from knowledge.settings import VARIABLES, read_settings
from tthc.serve.environment import process_environment
from tthc.serve.settings_texts import settings_as_texts

PORTS = st.integers(1, 65_535).map(str)
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "HOST": st.sampled_from(["0.0.0.0", "::", "127.0.0.1"]),
        "PORT": PORTS,
        "DATABASE_URL": st.sampled_from(["sqlite:///x/y.db", "postgresql://u:p%40ss@db/tthc"]),
        "TTHC_DATA_DIR": st.sampled_from(["var", "/srv/tthc"]),
        "TTHC_RASA_PORT": PORTS,
        "TTHC_INTERNAL_TOKEN": st.text("abc-_123", max_size=20),
        "TTHC_LOG_LEVEL": st.sampled_from(["debug", "INFO", "Warning"]),
        "TTHC_TRUST_FORWARDED_FOR": st.sampled_from(["on", "off", "yes", "0"]),
        "TTHC_EMBED_ORIGINS": st.lists(st.sampled_from(["https://a.vn", "http://b.vn:81/"])).map(", ".join),
        "TTHC_CHAT_TIMEOUT_SECONDS": st.integers(1, 300).map(str),
    },
)


@given(GIVEN)
def test_a_process_reads_the_same_settings_as_the_supervisor(given_settings):
    settings = read_settings(given_settings)
    assert read_settings(settings_as_texts(settings)) == settings


def test_every_setting_is_passed_on():
    assert set(settings_as_texts(read_settings({}))) == set(VARIABLES)


def test_processes_are_quiet_small_and_closed():
    texts = settings_as_texts(read_settings({"TTHC_DATA_DIR": "/srv/x", "TTHC_LOG_LEVEL": "DEBUG"}))
    environment = process_environment(
        texts, {"PATH": "/bin", "SANIC_HOST": "0.0.0.0", "OMP_NUM_THREADS": "8"}
    )
    assert environment["PATH"] == "/bin"
    assert environment["SANIC_HOST"] == "127.0.0.1"
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["LOG_LEVEL"] == "INFO", "Rasa logs what citizens write at DEBUG"
    assert environment["TTHC_LOG_LEVEL"] == "DEBUG"
    assert Path(environment["MPLCONFIGDIR"]).is_relative_to("/srv/x")
