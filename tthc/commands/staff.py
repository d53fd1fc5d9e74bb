"""`tthc staff`: the first administrator of the console, and a forgotten password."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tthc.commands.parts import add_action

if TYPE_CHECKING:
    from tthc.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command and its sub-commands."""
    parser = subparsers.add_parser("staff", help="accounts of the staff console")
    actions = parser.add_subparsers(metavar="action", required=True)
    create = add_action(
        actions,
        "create-administrator",
        create_administrator,
        "make an administrator of the staff console and print the first password",
    )
    create.add_argument("name", help="what is typed to sign in, such as lan.nguyen")
    create.add_argument("full_name", help="full name, as the console shows it")
    reset = add_action(
        actions,
        "reset-password",
        reset_password,
        "print a new first password of an account, unlock it and end its sessions",
    )
    reset.add_argument("name", help="of the account")
    reset.add_argument(
        "--keep-second-factor", action="store_true", help="the phone with the codes is not lost"
    )
    add_action(actions, "list", list_accounts, "list the accounts with their roles")


def create_administrator(arguments: argparse.Namespace) -> int:
    """Make an administrator."""
    from tthc.staff import run_create_administrator

    return run_create_administrator(arguments.name, arguments.full_name)


def reset_password(arguments: argparse.Namespace) -> int:
    """Give an account a new first password."""
    from tthc.staff import run_reset_password

    return run_reset_password(arguments.name, keep_second_factor=arguments.keep_second_factor)


def list_accounts(_arguments: argparse.Namespace) -> int:
    """Print the accounts."""
    from tthc.staff import run_list

    return run_list()
