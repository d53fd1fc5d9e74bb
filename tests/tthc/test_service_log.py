"""The log: one time, one source, levels kept, nothing that breaks a terminal."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.serve.log import LONGEST_LINE, Log, clean


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("2026-11-23 08:00:00 INFO     rasa.core.run  - Starting", "INFO     rasa.core.run  - Starting"),
        ("2026-11-23 08:00:00,123 WARNING bot: slow", "WARNING bot: slow"),
        ("2026-11-23T08:00:00.123456Z [error    ] failed", "[error    ] failed"),
        ("[2026-11-23 08:00:00 +0000] [42] [INFO] Goin' Fast", "[INFO] Goin' Fast"),
        ("\x1b[94m2026-11-23 08:00:00\x1b[0m \x1b[1mINFO\x1b[0m up", "INFO up"),
        ("Traceback (most recent call last):", "Traceback (most recent call last):"),
        ('  File "x.py", line 1, in <module>', '  File "x.py", line 1, in <module>'),
        ("hạn 2026-11-23 08:00:00 còn lại", "hạn 2026-11-23 08:00:00 còn lại"),
        ("bell\x07 and\x1b]0;title", "bell and]0;title"),
    ],
)
def test_clean(line, shown):
    assert clean(line) == shown


def test_a_very_long_line_is_cut():
    assert len(clean("x" * 100_000)) == LONGEST_LINE + 2


@given(st.text())
def test_whatever_is_written_every_line_has_time_and_source(text):
    stream = io.StringIO()
    Log(stream).write("rasa", text)
    for line in stream.getvalue().split("\n")[:-1]:
        assert re.match(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d rasa    \| .", line)


def test_a_reader_that_went_away_does_not_stop_the_service():
    class Gone(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    log = Log(Gone())
    log.write("rasa", "one")
    log.write("rasa", "two")
