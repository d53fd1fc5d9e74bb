"""The pages of the console, a module for each thing that officers work on, with its routes."""

from bot.staff.pages import account, audit, board, catalogue, files, notices, preferences, sign_in, users

MODULES = (files, sign_in, account, board, users, audit, catalogue, notices, preferences)
