"""Figures of the load measurement."""

from __future__ import annotations

import pytest

from benchmarks.load import Measured, combine, read_conversations
from benchmarks.processes import memory, processes_with


def test_percentiles_are_of_all_answers_in_milliseconds() -> None:
    measured = Measured(tuple(number / 1000 for number in range(1, 101)), 0, 10.0)

    assert measured.percentile(50) == pytest.approx(50.5)
    assert measured.percentile(95) == pytest.approx(95.05)
    assert measured.throughput == 10


def test_periods_are_combined_answer_by_answer() -> None:
    both = combine([Measured((0.1, 0.2), 1, 1.0), Measured((0.3,), 0, 2.0)])

    assert both == Measured((0.1, 0.2, 0.3), 1, 3.0)
    assert both.throughput == 1


def test_conversations_of_the_load_are_mixed_and_not_empty() -> None:
    conversations = read_conversations()

    assert len(conversations) >= 10
    assert all(text.strip() for conversation in conversations for text in conversation)


def test_processes_are_found_by_their_environment() -> None:
    assert processes_with("TTHC_DATA_DIR", "/nowhere/at/all") == []


def test_memory_of_what_has_ended_is_left_out() -> None:
    assert memory([2**22 + 1]) == []
