"""Looks after subscriptions: asks gently, tells each change once, ends when there is nothing more to tell."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any

from knowledge.dossiers.asking import Outcome
from knowledge.dossiers.describe import describe_change, notice_values, words
from knowledge.dossiers.desk import DossierDesk
from knowledge.dossiers.records import DossierView
from knowledge.dossiers.watches import End, Watch
from knowledge.messaging.notices import DOSSIER_CHANGED, notice

logger = logging.getLogger(__name__)


def look_after_watches(desk: DossierDesk, now: datetime | None = None) -> int:
    """Look after the subscriptions that are due; return how many notices were given.

    May run in several processes and be killed at any time: a notice and the mark that it was given are one
    transaction, so none is given twice.
    """
    moment = now or datetime.now(timezone.utc)
    return sum(_look_after(desk, watch, moment) for watch in desk.watches.due(moment))


def _look_after(desk: DossierDesk, watch: Watch, now: datetime) -> bool:
    if now >= watch.expires_at:
        text = words("notice", "expired", shown=watch.code.shown, days=desk.policy.watch_days)
        return desk.watches.tell(watch, watch.seen, _notice(text), End.EXPIRED)
    checked = desk.ask(watch.code, watch.factor, fresh=True)
    if checked.view is not None:
        return _compare(desk, watch, checked.view, now)
    if checked.outcome is Outcome.NOT_CONFIRMED:
        return _not_confirmed(desk, watch)
    desk.watches.postpone(watch, failed=True)
    return False


def _compare(desk: DossierDesk, watch: Watch, view: DossierView, now: datetime) -> bool:
    mark = desk.watches.mark(view)
    if mark == watch.seen:
        desk.watches.postpone(watch, failed=False)
        return False
    head = "answers_again" if watch.seen is None else "changed"
    parts = [words("notice", head, shown=view.code.shown), describe_change(view, now)]
    if view.is_final:
        parts.append(words("notice", "final"))
    body = _notice("\n\n".join(parts), can_stop=not view.is_final)
    body["notice"] = notice(DOSSIER_CHANGED, **notice_values(view))
    return desk.watches.tell(watch, mark, body, End.FINAL if view.is_final else None)


def _not_confirmed(desk: DossierDesk, watch: Watch) -> bool:
    """Who waits for a system to answer hears this too; a dossier followed may be gone for a moment."""
    if watch.seen is not None:
        desk.watches.postpone(watch, failed=True)
        return False
    text = words("notice", "not_confirmed", shown=watch.code.shown)
    return desk.watches.tell(watch, None, _notice(text), End.GONE)


def _notice(text: str, *, can_stop: bool = False) -> dict[str, Any]:
    buttons = []
    if can_stop:
        payload = '/flow_step{"flow":"dossier","value":"unwatch"}'
        buttons.append({"title": words("buttons", "stop"), "payload": payload})
    return {"author": "system", "text": text, "buttons": buttons, "protected": True}
