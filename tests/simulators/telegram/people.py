"""What people do on their phones."""

from __future__ import annotations

import time
from typing import Any

from tests.simulators.telegram.platform import Chat, Fields, TelegramPlatform

GROUP = -100_500
KICKED, MEMBER = "kicked", "member"


class Person:
    """Somebody with Telegram: writes to the bot in private, or in a group."""

    def __init__(self, platform: TelegramPlatform, user_id: int, name: str = "An") -> None:
        self.platform = platform
        self.user_id = user_id
        self._user = {"id": user_id, "is_bot": False, "first_name": name, "language_code": "vi"}

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.platform.chat(self.user_id)

    async def says(
        self, text: str, *, group: int | None = None, date: float | None = None, **more: Any
    ) -> Fields:
        """Write a text; in ``group`` when given. Writing starts the bot. Returns the update."""
        return await self.platform.emit(
            message=self._message(group, date, text=text, **_marked(text), **more)
        )

    async def sends(self, **content: Any) -> Fields:
        """Send something that is no text: ``photo=[…]``, ``sticker={…}`` and so on."""
        return await self.platform.emit(message=self._message(None, None, **content))

    async def edits(self, update: Fields, text: str, *, after: float = 5) -> Fields:
        """Correct what was written, ``after`` so many seconds."""
        message = {**update["message"], "text": text, "edit_date": int(update["message"]["date"] + after)}
        return await self.platform.emit(edited_message=message)

    async def taps(self, title: str, *, group: int | None = None, query_id: str | None = None) -> Fields:
        """Tap the newest button of this title.

        Raises:
            LookupError: no message on the screen has it.
        """
        chat = self.platform.chat(group or self.user_id)
        for message in reversed(chat.screen):
            for button in message["buttons"]:
                if button["title"] == title:
                    return await self.taps_data(message["id"], button["data"], group=group, query_id=query_id)
        raise LookupError(f"no button {title!r} on the screen")

    async def taps_data(
        self, message_id: int, data: str, *, group: int | None = None, query_id: str | None = None
    ) -> Fields:
        """Send what a button with ``data`` sends."""
        chat = self.platform.chat(group or self.user_id)
        query_id = query_id or f"q{next(self.platform.ids)}"
        self.platform.open_queries.add(query_id)
        shown = {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": self._chat(chat),
            "from": self.platform.bot,
        }
        query = {"id": query_id, "from": self._user, "message": shown, "chat_instance": "1", "data": data}
        return await self.platform.emit(callback_query=query)

    async def blocks(self) -> Fields:
        """Block the bot."""
        self.chat.blocked = True
        return await self._became(KICKED)

    async def unblocks(self) -> Fields:
        """Take the block back."""
        self.chat.blocked = False
        return await self._became(MEMBER)

    async def _became(self, status: str) -> Fields:
        user = self.platform.bot
        old = {"user": user, "status": MEMBER if status == KICKED else KICKED, "until_date": 0}
        new = {"user": user, "status": status, "until_date": 0}
        change = {"chat": self._chat(self.chat), "from": self._user, "date": int(time.time())}
        return await self.platform.emit(
            my_chat_member={**change, "old_chat_member": old, "new_chat_member": new}
        )

    def _message(self, group: int | None, date: float | None, **content: Any) -> Fields:
        chat = self.platform.chat(group or self.user_id, "supergroup" if group else "private")
        chat.reachable = True
        message_id = next(self.platform.ids)
        text = content.get("text") or content.get("caption") or f"[{next(iter(content))}]"
        chat.screen.append({"from": "user", "id": message_id, "text": text, "buttons": []})
        common = {"message_id": message_id, "from": self._user, "chat": self._chat(chat)}
        return {**common, "date": int(date or time.time()), **content}

    def _chat(self, chat: Chat) -> Fields:
        named = (
            {"first_name": self._user["first_name"]}
            if chat.kind == "private"
            else {"title": "Nhóm hộ kinh doanh"}
        )
        return {"id": chat.chat_id, "type": chat.kind, **named}


def _marked(text: str) -> Fields:
    """Entities that Telegram finds in a text: a command at its start, mentions."""
    found = []
    offset = 0
    for word in text.split(" "):
        if word.startswith("/") and len(word) > 1 and offset == 0:
            found.append({"type": "bot_command", "offset": offset, "length": len(word.split("\n")[0])})
        elif word.startswith("@") and len(word) > 1:
            length = len(word.rstrip(".,!?:"))
            found.append({"type": "mention", "offset": offset, "length": length})
        offset += len(word.encode("utf-16-le")) // 2 + 1
    return {"entities": found} if found else {}
