"""`tthc report verify`: says of every figure whether the rows inside give it."""

from __future__ import annotations

from pathlib import Path

from knowledge.reports.verifying import PackError, verify_pack
from tthc.errors import ExitCode, ExpectedError


def run_verify(path: Path) -> int:
    """Verify the pack and print what was found; 1 when anything differs."""
    try:
        found = verify_pack(path)
    except PackError as error:
        raise ExpectedError(str(error)) from error
    for name in found.changed_files:
        print(f"KHÁC BẢN KÊ  {name}")
    for figure in found.figures:
        if figure.equal:
            print(f"bằng    {figure.name}: {figure.stated}")
        else:
            print(f"KHÁC    {figure.name}: ghi {figure.stated}, tính lại {figure.computed}")
    different = sum(not figure.equal for figure in found.figures)
    print(
        f"{len(found.figures)} số liệu, {different} khác; {len(found.changed_files)} tệp khác bản kê. "
        + ("Tất cả khớp." if found.good else "KHÔNG KHỚP.")
    )
    return ExitCode.OK if found.good else ExitCode.FAILED
