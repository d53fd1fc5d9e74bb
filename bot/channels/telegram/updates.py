"""What an update of Telegram means to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from telegram import Bot, CallbackQuery, Chat, ChatMember, Message, Update
from telegram.constants import ChatType, MessageEntityType

from bot.channels.base import Attachment, Incoming
from bot.channels.telegram.commands import is_command, is_for_another, read_command

CHANNEL = "telegram"
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
LARGEST_ID = 2**63
_GONE = frozenset({ChatMember.BANNED, ChatMember.LEFT})


@dataclass(frozen=True)
class Said:
    """Somebody wrote, or sent a file."""

    incoming: Incoming
    chat_id: int
    number: int
    """Telegram's number of the message within its chat."""
    edited_after: float | None = None
    """Seconds after which it was edited; None for a new message."""


@dataclass(frozen=True)
class Tapped:
    """Somebody tapped a button."""

    incoming: Incoming
    """Without its payload: ``name`` leads to that."""
    query_id: str
    name: str
    message_number: int


@dataclass(frozen=True)
class Left:
    """Somebody blocked the bot, or a group removed it."""

    address: str


@dataclass(frozen=True)
class PassedOver:
    """Nothing for us; ``kind`` says what it was."""

    kind: str


Event: TypeAlias = Said | Tapped | Left | PassedOver


class UpdateError(ValueError):
    """The update cannot be read."""


@dataclass(frozen=True)
class Self:
    """Who we are: what mentions and replies are compared with."""

    bot_id: int
    username: str | None = None
    """None until Telegram was asked."""


def read_update(content: Any, bot: Bot, us: Self) -> Event:  # noqa: ANN401 - JSON from the wire
    """Read one update.

    Raises:
        UpdateError: it is none, or malformed.
    """
    try:
        update = Update.de_json(content, bot)
    except Exception as error:
        raise UpdateError(f"{type(error).__name__} while reading an update") from error
    return event_of(update, us)


def event_of(update: Update, us: Self) -> Event:
    """Return what the update means. The library checks no types, so that anything may be in any place.

    Raises:
        UpdateError: something in it cannot be Telegram's.
    """
    try:
        return _meaning(update, us)
    except UpdateError:
        raise
    except Exception as error:
        raise UpdateError(f"{type(error).__name__} while reading an update") from error


def _meaning(update: Update, us: Self) -> Event:
    if update.callback_query is not None:
        return _tapped(update.callback_query)
    if update.my_chat_member is not None:
        change = update.my_chat_member
        if change.new_chat_member.status in _GONE:
            return Left(make_address(change.chat, None))
        return PassedOver("member")
    message = update.message or update.edited_message
    if message is None:
        return PassedOver("other")
    return _said(message, us, edited=update.message is None)


def make_address(chat: Chat, thread: int | None) -> str:
    """What the outbox calls a chat: its id, with the topic in groups that have topics."""
    return f"{_checked(chat.id)}:{_checked(thread)}" if thread is not None else str(_checked(chat.id))


def read_address(address: str) -> tuple[int, int | None]:
    """Return chat and topic of an address."""
    chat, _, thread = address.partition(":")
    return int(chat), int(thread) if thread else None


def _said(message: Message, us: Self, *, edited: bool) -> Event:
    chat, sender = message.chat, message.from_user
    in_group = chat.type in {ChatType.GROUP, ChatType.SUPERGROUP}
    if not in_group and chat.type != ChatType.PRIVATE:
        return PassedOver("channel_post")
    if sender is not None and sender.is_bot and message.sender_chat != chat:
        return PassedOver("bot")
    text = message.text or message.caption
    files = tuple(_attachments(message))
    if not text and not files:
        return PassedOver("service")
    if in_group:
        if not _is_addressed(message, us):
            return PassedOver("group_talk")
        text = _without_mention(message, us) if text else text
    meant = read_command(text) if text else None
    edit = message.edit_date if edited else None
    suffix = f"e{int(edit.timestamp())}" if edit is not None else ""
    incoming = Incoming(
        CHANNEL,
        make_address(chat, message.message_thread_id if message.is_topic_message else None),
        f"m{_checked(message.message_id)}{suffix}",
        meant.text if meant else None,
        meant.payload if meant else None,
        sent_at=edit or message.date,
        is_group=in_group,
        attachments=files,
    )
    after = (edit - message.date).total_seconds() if edit is not None else None
    return Said(incoming, chat.id, message.message_id, after)


def _tapped(query: CallbackQuery) -> Event:
    if not query.data:
        return PassedOver("callback_query")
    if not isinstance(query.id, str) or not isinstance(query.data, str):
        raise UpdateError("a tap is none of Telegram's")
    shown = query.message
    chat = shown.chat if shown is not None else Chat(query.from_user.id, ChatType.PRIVATE)
    topic = shown.message_thread_id if isinstance(shown, Message) and shown.is_topic_message else None
    incoming = Incoming(
        CHANNEL,
        make_address(chat, topic),
        f"q{query.id}",
        is_group=chat.type != ChatType.PRIVATE,
    )
    return Tapped(incoming, query.id, query.data, shown.message_id if shown is not None else 0)


def _is_addressed(message: Message, us: Self) -> bool:
    """In a group: a command of ours, a reply to us, or our name."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        return is_command(text) and not is_for_another(text, us.username)
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None and answered.from_user.id == us.bot_id:
        return True
    return bool(list(_mentions(message, us)))


def _mentions(message: Message, us: Self) -> Iterator[str]:
    """The words by which the message names us."""
    kinds: list[str | None] = [MessageEntityType.MENTION, MessageEntityType.TEXT_MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    for entity, words in found.items():
        named = us.username is not None and words.lower() == f"@{us.username}".lower()
        if named or (entity.user is not None and entity.user.id == us.bot_id):
            yield words


def _without_mention(message: Message, us: Self) -> str:
    text = message.text or message.caption or ""
    for words in _mentions(message, us):
        text = text.replace(words, " ", 1)
    return text.strip(" ,:") or "?"


def _attachments(message: Message) -> Iterator[Attachment]:
    """Files of the message: where Telegram keeps them. What a contact or a place says is not read."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        yield Attachment("image", file_id=largest.file_id, size=largest.file_size)
    for kind, file in (
        ("video", message.video or message.video_note or message.animation),
        ("audio", message.voice or message.audio),
        ("sticker", message.sticker),
        ("file", message.document if message.animation is None else None),
    ):
        if file is not None:
            name = getattr(file, "file_name", None) or ""
            yield Attachment(kind, file_id=file.file_id, name=name, size=file.file_size)
    if message.location is not None:
        yield Attachment("location")
    if message.contact is not None:
        yield Attachment("contact")


def _checked(number: int) -> int:
    if not isinstance(number, int) or abs(number) >= LARGEST_ID:
        raise UpdateError("an id is none of Telegram's")
    return number
