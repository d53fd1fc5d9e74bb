"""How fast we may send: Telegram's limits, with some distance, so that it need not tell us to slow down."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

ALL_PER_SECOND, CHAT_PER_SECOND, GROUP_PER_SECOND = 25.0, 1.0, 20 / 60
CHAT_BURST = 3
REMEMBERED = 10_000


class Pace:
    """Says when the next message may go: 25 a second over all, in a chat one a second after three."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = 0.0
        self._chats: OrderedDict[int, float] = OrderedDict()

    async def wait(self, chat_id: int) -> None:
        """Wait until a message to this chat may go."""
        pause = self.reserve(chat_id)
        if pause > 0:
            await asyncio.sleep(pause)

    def reserve(self, chat_id: int) -> float:
        """Take the next place; return in how many seconds it is."""
        now = self._clock()
        rate = GROUP_PER_SECOND if chat_id < 0 else CHAT_PER_SECOND
        burst = (CHAT_BURST - 1) / rate
        due = max(now, self._chats.get(chat_id, 0.0) - burst, self._all - 1.0)
        self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), due) + 1 / rate
        self._chats.move_to_end(chat_id)
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        self._all = max(self._all, due) + 1 / ALL_PER_SECOND
        return due - now
