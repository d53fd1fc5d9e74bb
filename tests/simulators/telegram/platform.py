"""What Telegram knows: one bot, chats, updates not yet delivered; its rules, and faults to switch on."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.telegram.markup import MarkupError, parse_html, utf16_length

MAX_TEXT, MAX_DATA_BYTES, MAX_ANSWER = 4096, 64, 200
MAX_ROW, MAX_BUTTONS = 8, 100
MAX_FILE_BYTES = 20 * 1024 * 1024
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
Fields = dict[str, Any]


class RefusedError(Exception):
    """A call is refused with this HTTP status."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Chat:
    """A private chat with a person, or a group: who may write there and what its screen shows."""

    chat_id: int
    kind: str = "private"
    reachable: bool = False
    """The person has started the bot, or the group has it as a member."""
    blocked: bool = False
    screen: list[Fields] = field(default_factory=list)

    @property
    def received(self) -> list[str]:
        """The texts that came from the bot."""
        return [message["text"] for message in self.screen if message["from"] == "bot"]


@dataclass
class TelegramPlatform:
    """State and rules of the Bot API for one bot."""

    token: str
    username: str = "SoCongThuongBot"
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: list[Fields] = field(default_factory=list)
    """Not yet confirmed by getUpdates, not yet taken by the webhook."""
    webhook: Fields = field(default_factory=dict)
    last_error: Fields = field(default_factory=dict)
    commands: list[Fields] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    """Callback queries that were answered."""
    open_queries: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    refuse_next: deque[RefusedError] = field(default_factory=deque)
    """Refusals of the next messages sent, whatever they are."""
    lose_next: int = 0
    """So many of the next messages are taken, but the answer is lost."""
    calls: list[tuple[str, Fields]] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    ids: Any = field(default_factory=lambda: itertools.count(1000))
    pollers: int = 0

    @property
    def bot(self) -> Fields:
        """The bot as a user."""
        return {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": "Sở Công Thương (mô phỏng)",
            "username": self.username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
        }

    def chat(self, chat_id: int, kind: str = "private") -> Chat:
        """The chat, made at its first mention."""
        return self.chats.setdefault(chat_id, Chat(chat_id, kind))

    async def emit(self, **content: Any) -> Fields:
        """Something happened: put an update into the queue."""
        update = {"update_id": next(self.ids), **content}
        async with self.news:
            self.updates.append(update)
            self.news.notify_all()
        return update

    async def changed(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until ``condition`` holds; it is looked at whenever anything happens.

        Raises:
            asyncio.TimeoutError: it did not come true.
        """
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(condition), seconds)

    # The methods of the Bot API

    def get_me(self, _fields: Fields) -> Any:
        return self.bot

    def send_message(self, fields: Fields) -> Any:
        if self.refuse_next:
            raise self.refuse_next.popleft()
        chat = self._reachable(fields)
        text = _text(fields)
        buttons = _buttons(fields.get("reply_markup"))
        message = {
            "from": "bot",
            "id": next(self.ids),
            "text": text,
            "html": fields.get("text") if fields.get("parse_mode") else None,
            "buttons": [button for row in buttons for button in row],
            "rows": [len(row) for row in buttons],
            "protected": fields.get("protect_content") == "true",
            "thread": fields.get("message_thread_id"),
        }
        chat.screen.append(message)
        shown = {"id": chat.chat_id, "type": chat.kind}
        return {"message_id": message["id"], "date": int(time.time()), "chat": shown, "text": text}

    def _reachable(self, fields: Fields) -> Chat:
        chat_id = fields.get("chat_id", "")
        chat = self.chats.get(int(chat_id)) if re.fullmatch(r"-?\d+", chat_id) else None
        if chat is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if chat.blocked:
            who = (
                "bot was blocked by the user"
                if chat.kind == "private"
                else "bot was kicked from the group chat"
            )
            raise RefusedError(403, f"Forbidden: {who}")
        if not chat.reachable:
            raise RefusedError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def answer_callback_query(self, fields: Fields) -> Any:
        query = fields.get("callback_query_id", "")
        if query not in self.open_queries:
            raise RefusedError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if utf16_length(fields.get("text", "")) > MAX_ANSWER:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.open_queries.discard(query)
        self.answered.append(query)
        return True

    def set_webhook(self, fields: Fields) -> Any:
        url, secret = fields.get("url", ""), fields.get("secret_token", "")
        if not re.match(r"https://|http://127\.0\.0\.1[:/]", url):
            raise RefusedError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not SECRET.fullmatch(secret):
            raise RefusedError(400, "Bad Request: secret token contains unallowed characters")
        allowed = json.loads(fields.get("allowed_updates", "[]"))
        self.webhook = {"url": url, "secret_token": secret, "allowed_updates": allowed}
        self.last_error = {}
        if fields.get("drop_pending_updates") == "true":
            self.updates.clear()
        return True

    def delete_webhook(self, _fields: Fields) -> Any:
        self.webhook = {}
        return True

    def get_webhook_info(self, _fields: Fields) -> Any:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
            "allowed_updates": self.webhook.get("allowed_updates", []),
            **self.last_error,
        }

    def set_my_commands(self, fields: Fields) -> Any:
        commands = json.loads(fields.get("commands", "[]"))
        for command in commands:
            if not COMMAND.fullmatch(command["command"]):
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = commands
        return True

    def get_my_commands(self, _fields: Fields) -> Any:
        return self.commands

    def get_file(self, fields: Fields) -> Any:
        file_id = fields.get("file_id", "")
        content = self.files.get(file_id)
        if content is None:
            raise RefusedError(400, "Bad Request: invalid file_id")
        if len(content) > MAX_FILE_BYTES:
            raise RefusedError(400, "Bad Request: file is too big")
        size = len(content)
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": size,
            "file_path": f"photos/{file_id}",
        }


def _text(fields: Fields) -> str:
    """The text of a message, without its markup."""
    text = fields.get("text", "")
    mode = fields.get("parse_mode")
    if mode not in {None, "HTML"}:
        raise RefusedError(400, "Bad Request: unsupported parse_mode")
    if mode == "HTML":
        try:
            text = parse_html(text)
        except MarkupError as error:
            raise RefusedError(400, f"Bad Request: can't parse entities: {error}") from error
    if not text.strip():
        raise RefusedError(400, "Bad Request: message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise RefusedError(400, "Bad Request: message is too long")
    return str(text).strip()


def _buttons(given: str | None) -> list[list[Fields]]:
    """The rows of an inline keyboard, as the phone shows them."""
    if not given:
        return []
    rows = json.loads(given)["inline_keyboard"]
    if any(len(row) > MAX_ROW for row in rows) or sum(map(len, rows)) > MAX_BUTTONS:
        raise RefusedError(400, "Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button.get("text", "").strip():
            raise RefusedError(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button.get("callback_data", "").encode()) <= MAX_DATA_BYTES:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    return [[{"title": b["text"], "data": b["callback_data"]} for b in row] for row in rows]
