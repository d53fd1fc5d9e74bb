"""Sealed texts come back only with the key; hashes are the same for the same text and purpose."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.privacy.sealing import KEY_FILE, Sealer, secret_key
from knowledge.settings import SettingsError, read_settings

SEALER = Sealer("the key of these tests, long enough to be one")
OTHER = Sealer("another key of these tests, just as long as it")


@given(st.text())
def test_what_is_sealed_comes_back_and_cannot_be_read(text):
    sealed = SEALER.seal(text)
    assert SEALER.open(sealed) == text
    assert OTHER.open(sealed) is None
    assert len(text) < 4 or text not in sealed


@given(st.text())
def test_anything_else_opens_to_nothing(text):
    assert SEALER.open(text) is None


def test_a_hash_depends_on_text_purpose_and_key():
    hashed = SEALER.hash("dossier", "H27.12-230412-0001")
    assert hashed == SEALER.hash("dossier", "H27.12-230412-0001")
    others = {
        SEALER.hash("dossier", "H27.12-230412-0002"),
        SEALER.hash("person", "H27.12-230412-0001"),
        OTHER.hash("dossier", "H27.12-230412-0001"),
    }
    assert len({hashed, *others}) == 4
    assert len(hashed) == 64


def test_an_empty_key_is_refused():
    with pytest.raises(ValueError, match="TTHC_SECRET_KEY"):
        Sealer("")


def test_the_key_that_is_set_is_used():
    key = "k" * 32
    assert secret_key(read_settings({"TTHC_SECRET_KEY": key})) == key
    with pytest.raises(SettingsError, match=r"TTHC_SECRET_KEY=.* expected at least 32 characters"):
        read_settings({"TTHC_SECRET_KEY": "short"})


def test_processes_that_start_at_once_make_one_key_that_only_we_can_read(tmp_path):
    settings = read_settings({"TTHC_DATA_DIR": str(tmp_path / "data")})
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key, [settings] * 8))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((tmp_path / "data" / KEY_FILE).stat().st_mode) == 0o600
