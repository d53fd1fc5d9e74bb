"""Amounts of money as Vietnamese text."""

from __future__ import annotations


def format_vnd(amount: int) -> str:
    """Write an amount in đồng with a dot between thousands: ``1200000 -> "1.200.000 đồng"``."""
    return f"{amount:,}".replace(",", ".") + " đồng"
