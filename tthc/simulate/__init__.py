"""Channels without an account: a server that stands in for one, and a page that shows the phone.

A channel is a module here with ``simulation(url, service)``; its name is in ``CHANNELS``. The servers
themselves live in ``tests/simulators``, because the tests rest on them.
"""

from __future__ import annotations

CHANNELS = ("telegram", "zalo")
