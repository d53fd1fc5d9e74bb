"""The service's folder: one service at a time, and a token only its owner reads."""

import stat

import pytest

from tthc.errors import ExpectedError
from tthc.serve.data_dir import internal_token, occupy


def test_one_service_at_a_time(tmp_path):
    folder = tmp_path / "new" / "var"
    with occupy(folder), pytest.raises(ExpectedError, match=f"already works in {folder}"):
        occupy(folder)
    occupy(folder).close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExpectedError, match=r"cannot write into .*TTHC_DATA_DIR names another folder"):
        occupy(tmp_path / "file" / "var")


def test_the_token_is_made_once_and_private(tmp_path):
    token = internal_token(tmp_path)
    assert len(token) >= 40
    assert internal_token(tmp_path) == token
    assert stat.S_IMODE((tmp_path / "internal-token").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_broken_token_file_is_made_anew(tmp_path, content):
    (tmp_path / "internal-token").write_bytes(content)
    token = internal_token(tmp_path)
    assert len(token) >= 40
    assert internal_token(tmp_path) == token
