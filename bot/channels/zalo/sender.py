"""Sends replies as consultation messages ("tư vấn") of the Official Account."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.channels.base import Part, SendError, Sent
from bot.channels.numbered import choosing_hint, numbered_text
from bot.channels.splitting import split_text
from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.errors import ApiCallError, ErrorClass, NoAnswerError
from bot.channels.zalo.events import CHANNEL
from bot.channels.zalo.templates import Template
from bot.channels.zalo.tokens import NoTokenError, TokenKeeper
from knowledge.messaging.records import Reply
from knowledge.settings.zalo import ZaloSettings

MAX_TEXT_CHARS = 2000
"""Of a message, counted in NFC; more is error -210."""
MAX_BUTTONS = 5
MAX_TITLE_CHARS = 100
OPERATOR_PAUSE_SECONDS = 600.0
"""How long sending waits for a person to set something right."""

logger = logging.getLogger(__name__)


class ZaloSender:
    """Renders for Zalo and sends. A tapped button comes back as its title: the gateway knows it."""

    channel = CHANNEL
    numbers_choices = True

    def __init__(
        self,
        settings: ZaloSettings,
        api: ZaloApi,
        keeper: Callable[[], TokenKeeper],
        templates: Mapping[str, Template],
    ) -> None:
        self._settings = settings
        self._api = api
        self._keeper = keeper
        self._templates = templates
        self.window_seconds = None if templates else settings.window_hours * 3600.0
        """With templates Zalo itself says when its window is closed, and a template goes instead."""

    def render(self, reply: Reply) -> Sequence[Part]:
        """Split the text; buttons become numbered lines, or a form on the last part when that is on."""
        text = unicodedata.normalize("NFC", reply["text"]).strip()
        buttons = reply.get("buttons") or []
        if self._settings.buttons == "off" or not _fit(buttons):
            text, buttons = numbered_text(text, buttons), []
        parts: list[dict[str, Any]] = [{"text": piece} for piece in split_text(text, MAX_TEXT_CHARS)]
        if parts and buttons:
            parts[-1]["buttons"] = buttons
        if parts and reply.get("notice"):
            parts[0]["notice"] = reply["notice"]
        return [Part(part) for part in parts]

    async def send(self, address: str, part: Part) -> Sent:
        """Send one part; what was refused only for its form goes as numbered text."""
        body, buttons = part.body, part.body.get("buttons") or []
        try:
            if not buttons:
                return await self._text(address, body["text"])
            return await self._form(address, body["text"], buttons)
        except ApiCallError as error:
            if error.kind in {ErrorClass.WINDOW, ErrorClass.GONE} and body.get("notice"):
                return await self._template(address, body["notice"], error)
            raise _problem(error) from error
        except NoTokenError as error:
            raise SendError(f"no valid token: {error}", retry=True, after=OPERATOR_PAUSE_SECONDS) from error
        except NoAnswerError as error:
            raise SendError(f"no answer: {error}", retry=True, doubtful=error.sent) from error

    async def _form(self, address: str, text: str, buttons: list[dict[str, Any]]) -> Sent:
        """Send a text with buttons; plain numbered text when Zalo takes no such form."""
        try:
            if self._settings.buttons == "list":
                sent = await self._text(address, text)
                return await self._message(address, {"attachment": _list(buttons)}) or sent
            return await self._message(address, {"text": text, "attachment": _button_form(buttons)})
        except ApiCallError as error:
            if not error.only_form:
                raise
            logger.warning("buttons were refused, numbered text goes instead: %s", error)
            alone = numbered_text("" if self._settings.buttons == "list" else text, buttons)
        for piece in split_text(alone, MAX_TEXT_CHARS):
            sent = await self._text(address, piece)
        return sent

    async def _text(self, address: str, text: str) -> Sent:
        return await self._message(address, {"text": text})

    async def _message(self, address: str, message: dict[str, Any]) -> Sent:
        url = f"{self._settings.api_url}/v3.0/oa/message/cs"
        return await self._posted(url, {"recipient": {"user_id": address}, "message": message})

    async def _template(self, address: str, notice: Mapping[str, Any], why: ApiCallError) -> Sent:
        """Send a notice by its template, since the window for free messages is closed."""
        template = self._templates.get(str(notice.get("kind")))
        if template is None:
            raise _problem(why) from why
        body = {
            "user_id": address,
            "template_id": template.template_id,
            "template_data": template.data(notice.get("values") or {}),
        }
        try:
            return await self._posted(f"{self._settings.api_url}/v3.0/oa/message/template", body)
        except ApiCallError as error:
            raise _problem(error) from error

    async def _posted(self, url: str, body: dict[str, Any]) -> Sent:
        """Post; a refused token is renewed once and the call made once more."""
        keeper = self._keeper()
        token = await keeper.access_token()
        try:
            data = await self._api.post(url, token, body)
        except ApiCallError as error:
            if error.kind is not ErrorClass.REFRESH:
                raise
            data = await self._api.post(url, await keeper.access_token(refused=token), body)
        return Sent(str(data.get("message_id") or data.get("msg_id") or ""))


def _fit(buttons: Sequence[Mapping[str, Any]]) -> bool:
    titles = [button["title"] for button in buttons]
    return len(titles) <= MAX_BUTTONS and all(len(title) <= MAX_TITLE_CHARS for title in titles)


def _button_form(buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    made = [{"title": b["title"], "type": "oa.query.show", "payload": b["title"]} for b in buttons]
    return {"type": "template", "payload": {"template_type": "button", "buttons": made}}


def _list(buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    elements: list[dict[str, Any]] = [
        {"title": b["title"], "default_action": {"type": "oa.query.show", "payload": b["title"]}}
        for b in buttons
    ]
    elements[0]["subtitle"] = choosing_hint()
    return {"type": "template", "payload": {"template_type": "list", "elements": elements}}


def _problem(error: ApiCallError) -> SendError:
    """What the outbox is told about a refusal; what only a person can mend is an error in the log."""
    if error.kind in {ErrorClass.OPERATOR, ErrorClass.REFRESH}:
        logger.error("Zalo takes nothing from this account until somebody acts: %s", error)
        return SendError(str(error), retry=True, after=OPERATOR_PAUSE_SECONDS)
    if error.kind is ErrorClass.LATER:
        return SendError(str(error), retry=True, after=error.after)
    return SendError(str(error), retry=False, gone=error.kind is ErrorClass.GONE)
