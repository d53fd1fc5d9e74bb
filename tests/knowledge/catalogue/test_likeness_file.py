"""What was learned of wordings is a file that several processes may write at once."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from knowledge.catalogue.search.likeness import Likeness

TIMES = 60


def small() -> Likeness:
    one = np.ones(1)
    nothing = np.zeros(0, dtype=np.int64)
    arrays = {"idf": one, "owners": nothing, "topics": nothing, "data": np.zeros(0), "indices": nothing}
    arrays |= {
        "indptr": np.zeros(1, dtype=np.int64),
        "classes": nothing,
        "weights": np.zeros((1, 0)),
        "steps": np.ones(1),
    }
    arrays |= {"intercepts": np.zeros(0), "ours": one, "ours_intercept": np.zeros(1)}
    return Likeness({"w:xăng": 0}, arrays)


def save_often(path: Path) -> None:
    likeness = small()
    for _ in range(TIMES):
        likeness.save(path)


def test_two_processes_that_learned_the_same_both_save_it(tmp_path):
    path = tmp_path / "wordings-1.npz"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=save_often, args=(path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert [writer.exitcode for writer in writers] == [0, 0]
    assert Likeness.load(path)._vocabulary == {"w:xăng": 0}
    assert list(tmp_path.iterdir()) == [path], "a draft was left behind"


def test_a_draft_is_no_file_of_learned_wordings_and_goes_when_saving_fails(tmp_path, monkeypatch):
    def full(draft, **_):
        Path(draft).touch()
        assert not list(tmp_path.glob("wordings-*.npz")), "would be taken for a finished file"
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space"):
        small().save(tmp_path / "wordings-1.npz")
    assert not list(tmp_path.iterdir())
