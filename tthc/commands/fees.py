"""`tthc fees`: what a procedure costs on a filing date, with its basis."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from tthc.errors import ExitCode, ExpectedError

if TYPE_CHECKING:
    from tthc.cli import Subparsers

APPLICANTS = {
    "doanh_nghiep": "enterprise",
    "ho_kinh_doanh": "household",
    "ca_nhan": "individual",
    "thuong_nhan_nuoc_ngoai": "foreign_trader",
    "fdi": "foreign_invested",
}
AREAS = {"thanh_pho_thi_xa": "urban", "khu_vuc_khac": "other"}
CASES = {
    "cap_moi": "new",
    "cap_lai": "reissue",
    "sua_doi": "amend",
    "gia_han": "extend",
    "cham_dut": "terminate",
    "thu_hoi": "revoke",
    "thong_bao": "notify",
}
"""Words of the command line -> values of ``knowledge.fees.records``."""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "fees",
        help="what a procedure costs, and on what basis",
        description="Print the fee of a procedure for a dossier filed on a date: amounts with conditions, "
        "reduction and circular, or what is missing or unknown. Without --area the department's profile "
        "decides when its whole territory is a centrally-run city.",
    )
    parser.add_argument("code", help="procedure code, such as 2.000648")
    parser.add_argument("--applicant", choices=APPLICANTS)
    parser.add_argument("--area", choices=AREAS)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--points", type=int, metavar="N", help="points of business, 1 to 1000")
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="filing date (today)")
    parser.set_defaults(handler=fees)


def fees(arguments: argparse.Namespace) -> int:
    """Print the quote."""
    from knowledge.deadlines.calendar import working_calendar
    from knowledge.fees.compute import quote
    from knowledge.fees.describe import describe
    from knowledge.fees.records import Applicant, Area, Case

    try:
        found = quote(
            arguments.code,
            arguments.date or working_calendar().today(),
            Applicant(APPLICANTS[arguments.applicant]) if arguments.applicant else None,
            Area(AREAS[arguments.area]) if arguments.area else None,
            arguments.points,
            Case(CASES[arguments.case]) if arguments.case else None,
            whole_city=arguments.area is None and _whole_city(),
        )
    except ValueError as error:
        raise ExpectedError(str(error)) from error
    print("\n".join(describe(found)))
    return ExitCode.OK


def _whole_city() -> bool:
    from knowledge.department.profile import ProfileError, load_profile
    from knowledge.settings import read_settings

    try:
        return load_profile(read_settings().department_file).fee_area == "thanh_pho_thi_xa"
    except ProfileError as error:
        raise ExpectedError(str(error)) from error
