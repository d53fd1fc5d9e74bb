"""Everyday names and reviewed questions: decided, shown as a difference, measured, published, taken back."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.staff.keys import MEASURING
from bot.staff.measuring import MeasuringError
from knowledge.learning.effect import Effect, Figures
from knowledge.learning.learned import from_lessons, live
from knowledge.learning.models import Lesson
from knowledge.learning.publishing import Proposal
from knowledge.learning.review import lessons
from tests.bot.staff.records import CODE, SCRIPT

GOOD = Figures(0.9, 0.02, 0.02)
WORSE = Figures(0.8, 0.02, 0.02)


def measured_as(console, after):
    """Let the console's measurement find these figures."""

    async def measure():
        await asyncio.sleep(0)
        if after is None:
            raise MeasuringError
        with console.sessions() as session:
            return Proposal(live(session), from_lessons(lessons(session)), Effect(GOOD, after))

    console.gateway.app._subapps[0][MEASURING]._measure = measure


@pytest.fixture
async def editor(console, published):
    return await console.as_("editor")


async def add(editor, wordings):
    await editor.get(f"/names/{CODE}")
    return await editor.post(f"/names/{CODE}/add", {"wordings": wordings})


async def page_of(editor, path="/lessons"):
    return await (await editor.get(path)).text()


async def test_a_name_waits_until_it_was_measured_and_published(console, editor):
    measured_as(console, GOOD)
    assert (await add(editor, "trụ bơm mini ở bản\n\n trạm bơm dầu ")).status == 303
    page = await page_of(editor, f"/names/{CODE}")
    assert "<ins>+ trụ bơm mini ở bản</ins>" in page
    page = await page_of(editor)
    assert "<ins>+    - trụ bơm mini ở bản</ins>" in page or re.search(r"<ins>\+ *- trụ bơm mini", page)
    assert "/staff/lessons/publish" not in page, "nothing goes live unmeasured"
    assert (await editor.post("/lessons/publish")).status == 422
    assert (await editor.post("/lessons/measure")).status == 303
    await asyncio.sleep(0.05)
    page = await page_of(editor)
    assert "90.0 %" in page
    assert (await editor.post("/lessons/publish")).status == 303
    with console.sessions() as session:
        assert live(session).examples == {CODE: ("trụ bơm mini ở bản", "trạm bơm dầu")}
    assert {entry.action for entry in console.log()} >= {"names.add", "lessons.measure", "lessons.publish"}
    assert "đã học" in await page_of(editor, f"/names/{CODE}")
    assert (await editor.post("/lessons/rollback")).status == 303
    with console.sessions() as session:
        assert live(session).id == 0


async def test_a_drop_blocks(console, editor):
    measured_as(console, WORSE)
    await add(editor, "giấy gì đó")
    await editor.post("/lessons/measure")
    await asyncio.sleep(0.05)
    page = await page_of(editor)
    assert "kém hơn" in page
    assert "/staff/lessons/publish" not in page
    response = await editor.post("/lessons/publish")
    assert response.status == 422
    with console.sessions() as session:
        assert live(session).id == 0


async def test_a_decision_after_the_measurement_has_to_be_measured_too(console, editor):
    measured_as(console, GOOD)
    await add(editor, "trụ bơm mini")
    await editor.post("/lessons/measure")
    await asyncio.sleep(0.05)
    await add(editor, "chưa ai đo")
    assert "/staff/lessons/publish" not in await page_of(editor)
    assert (await editor.post("/lessons/publish")).status == 422


async def test_a_measurement_that_fails_is_told(console, editor):
    measured_as(console, None)
    await add(editor, "trụ bơm mini")
    await editor.post("/lessons/measure")
    await asyncio.sleep(0.05)
    assert "Không đo được" in await page_of(editor)


async def test_nothing_to_measure_is_told(console, editor):
    await page_of(editor)
    response = await editor.post("/lessons/measure")
    assert (response.status, "Không có thay đổi nào để đo" in await response.text()) == (422, True)


async def test_a_shipped_name_is_taken_away_and_comes_back(console, editor):
    page = await page_of(editor, f"/names/{CODE}")
    name = re.search(r'name="wordings" value="([^"]+)"', page).group(1)
    await editor.post(f"/names/{CODE}/remove", {"wordings": name})
    assert f"<del>− {name}</del>" in await page_of(editor, f"/names/{CODE}")
    with console.sessions() as session:
        lesson = session.query(Lesson).one()
    await editor.post(f"/lessons/{lesson.id}/drop")
    assert "<del>" not in await page_of(editor, f"/names/{CODE}")


async def test_procedures_are_found_by_what_people_call_them(console, editor):
    for words in ("xang dau", CODE, "bán lẻ xăng"):
        assert f"/staff/names/{CODE}" in await page_of(editor, f"/names?text={words}")
    assert "/staff/names/2" not in await page_of(editor, "/names?text=ho+chieu+zzz")


async def test_names_are_text_and_empty_or_unknown_ones_are_refused(console, editor):
    await add(editor, SCRIPT)
    for path in (f"/names/{CODE}", "/lessons", f"/names?text={SCRIPT}"):
        assert "<script>alert" not in await page_of(editor, path)
    assert (await add(editor, "  \n ")).status == 422
    assert (await editor.get("/names/9.999999")).status == 404
    assert (await editor.post("/names/9.999999/add", {"wordings": "x"})).status == 404


async def test_who_only_views_changes_nothing(console, published):
    viewer = await console.as_("viewer")
    page = await page_of(viewer, f"/names/{CODE}")
    assert "/add" not in page
    assert (await viewer.post(f"/names/{CODE}/add", {"wordings": "x"})).status == 403
