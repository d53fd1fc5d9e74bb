"""The pages of the console, a module for each thing that officers work on, with its routes."""

from bot.staff.pages import (
    account,
    audit,
    board,
    cases,
    catalogue,
    conversations,
    feedback,
    files,
    lessons,
    live,
    names,
    notices,
    preferences,
    questions,
    sign_in,
    users,
)

MODULES = (
    files,
    sign_in,
    account,
    board,
    live,
    cases,
    feedback,
    conversations,
    catalogue,
    notices,
    preferences,
    questions,
    lessons,
    names,
    users,
    audit,
)
