"""Reads and checks ``department.yml``; every problem names the field and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.catalogue.records import Level, TimeUnit
from knowledge.department.reporting import Reporting, read_reporting
from knowledge.yaml_fields import DataError, Fields

FEE_AREAS = ("thanh_pho_thi_xa", "both")


class ProfileError(ValueError):
    """``department.yml`` is missing or malformed; the message names the field."""


@dataclass(frozen=True)
class OneStop:
    """The one-stop shop where dossiers are filed in person."""

    name: str
    address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class WorkingHours:
    """When dossiers are received, as told to citizens."""

    days: str
    sessions: tuple[str, ...]


@dataclass(frozen=True)
class CommittedDeadline:
    """A time limit the department commits to, shorter than the statutory one."""

    value: int
    unit: TimeUnit


@dataclass(frozen=True)
class Profile:
    """A department. Empty strings are facts not given: answers leave them out."""

    name: str
    short_name: str
    province: str
    sample: bool
    agency_code: str
    website: str
    phone: str
    email: str
    address: str
    one_stop: OneStop
    online_portal: str
    working_hours: WorkingHours
    levels: tuple[Level, ...]
    fee_area: str
    committed_deadlines: dict[str, CommittedDeadline] = field(default_factory=dict)
    reporting: Reporting = field(default_factory=Reporting)


def load_profile(path: Path) -> Profile:
    """Read the profile at ``path``.

    Raises:
        ProfileError: the file is missing, is no YAML mapping, or a field is unknown or malformed.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ProfileError(f"{path} does not exist: copy the sample department.yml and fill it in") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path} is not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise ProfileError(f"{path} must hold fields such as 'name: Sở Công Thương …'")
    return _Reader(content, path.name).profile()


class _Reader:
    """Reads typed fields and refuses unknown ones."""

    def __init__(self, content: Mapping[str, Any], where: str) -> None:
        self._content = dict(content)
        self._where = where

    def profile(self) -> Profile:
        one_stop = self.section("one_stop")
        hours = self.section("working_hours")
        serves = self.section("serves")
        area = self.section("fee_area")
        profile = Profile(
            name=self.text("name", required=True),
            short_name=self.text("short_name", required=True),
            province=self.text("province"),
            sample=self.flag("sample"),
            agency_code=self.text("agency_code"),
            website=self.link("website"),
            phone=self.text("phone"),
            email=self.text("email"),
            address=self.text("address"),
            one_stop=OneStop(
                one_stop.text("name", required=True), one_stop.text("address"), one_stop.text("phone")
            ),
            online_portal=self.link("online_portal"),
            working_hours=WorkingHours(hours.text("days"), hours.texts("sessions")),
            levels=serves.levels("levels"),
            fee_area=area.choice("default", FEE_AREAS),
            committed_deadlines=self.committed(),
            reporting=self.reporting(),
        )
        for section in (one_stop, hours, serves, area, self):
            section.refuse_unknown()
        return profile

    def _take(self, name: str, default: object) -> Any:  # noqa: ANN401 - checked by the callers
        value = self._content.pop(name, default)
        return default if value is None else value

    def _fail(self, name: str, expected: str) -> ProfileError:
        return ProfileError(f"{self._where}: field '{name}' must be {expected}")

    def text(self, name: str, *, required: bool = False) -> str:
        value = self._take(name, "")
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise self._fail(name, "a text")
        text = str(value).strip()
        if required and not text:
            raise self._fail(name, "given")
        return text

    def link(self, name: str) -> str:
        text = self.text(name)
        if text and not text.startswith(("https://", "http://")):
            raise self._fail(name, "an address that starts with https://")
        return text

    def flag(self, name: str) -> bool:
        value = self._take(name, default=False)
        if not isinstance(value, bool):
            raise self._fail(name, "true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._fail(name, "a list of texts")
        return tuple(value)

    def levels(self, name: str) -> tuple[Level, ...]:
        try:
            return tuple(Level(text) for text in self.texts(name)) or (Level.PROVINCE, Level.COMMUNE)
        except ValueError as error:
            raise self._fail(name, "a list of Tỉnh, Xã, Bộ") from error

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        text = self.text(name) or choices[-1]
        if text not in choices:
            raise self._fail(name, "one of " + ", ".join(choices))
        return text

    def committed(self) -> dict[str, CommittedDeadline]:
        committed: dict[str, CommittedDeadline] = {}
        entries = self._take("committed_deadlines", {})
        if not isinstance(entries, dict):
            raise self._fail("committed_deadlines", "a mapping from procedure code to value and unit")
        for code, entry in entries.items():
            try:
                value, unit = int(entry["value"]), TimeUnit(entry["unit"])
            except (KeyError, TypeError, ValueError) as error:
                expected = '{value: 10, unit: WORKING_DAY} under a quoted code such as "2.000648"'
                raise self._fail(f"committed_deadlines.{code}", expected) from error
            if not isinstance(code, str) or value < 1:
                raise self._fail(f"committed_deadlines.{code}", "a quoted code with a value of 1 or more")
            committed[code] = CommittedDeadline(value, unit)
        return committed

    def reporting(self) -> Reporting:
        content = self._take("reporting", {})
        if not isinstance(content, dict):
            raise self._fail("reporting", "a group of indented fields")
        try:
            given = {name: value for name, value in content.items() if value not in ("", None)}
            return read_reporting(Fields(given, f"{self._where}: reporting"))
        except DataError as error:
            raise ProfileError(str(error)) from error

    def section(self, name: str) -> _Reader:
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise self._fail(name, "a group of indented fields")
        return _Reader(value, f"{self._where}: {name}")

    def refuse_unknown(self) -> None:
        if self._content:
            raise ProfileError(f"{self._where}: unknown field '{next(iter(self._content))}'")
