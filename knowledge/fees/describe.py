"""Puts a fee quote into short Vietnamese lines; the phrases are in ``data/wording.yml``."""

from __future__ import annotations

from datetime import date

from knowledge.fees.money import format_vnd
from knowledge.fees.quotes import FeeLine, FeeQuote, Need
from knowledge.fees.wording import phrase


def describe(quote: FeeQuote) -> list[str]:
    """Return the lines of a quote: amounts with conditions and basis, what is missing, cautions."""
    lines = [text for line in quote.lines for text in describe_line(line)]
    if quote.bounds:
        bounds = quote.bounds
        least, most = format_vnd(bounds.minimum), format_vnd(bounds.maximum)
        lines.append(phrase("quote", "bounds", subject=bounds.subject, minimum=least, maximum=most))
        if bounds.circular:
            lines.append(phrase("quote", "basis", circular=bounds.circular.number))
    if quote.no_fee:
        lines.append(phrase("quote", "no_fee", subject=quote.no_fee.subject))
        lines.append(phrase("quote", "stated_by", source=quote.no_fee.stated_by))
        lines += [quote.no_fee.note] if quote.no_fee.note else []
    if quote.unknown:
        lines.append(quote.unknown.reason)
    asked = [phrase("needs", need.value) for need in quote.needs if need is not Need.SITUATION]
    if asked:
        lines.append(phrase("quote", "needs", needs="; ".join(asked)))
    return lines + [remark.text for remark in quote.remarks]


def describe_line(line: FeeLine) -> list[str]:
    """Return one line of the quote: amount, total, conditions, reduction, basis, note."""
    rule = line.rule
    texts = [
        phrase("quote", "line", subject=rule.subject, amount=format_vnd(line.amount), unit=rule.unit)
        if line.amount
        else phrase("quote", "nothing", subject=rule.subject)
    ]
    if line.times > 1:
        texts.append(phrase("quote", "points", times=line.times, total=format_vnd(line.total)))
    if line.conditions:
        texts.append(phrase("quote", "conditions", conditions="; ".join(line.conditions)))
    if line.reduction:
        texts.append(
            phrase(
                "quote",
                "reduction",
                percent=line.reduction.percent,
                circular=line.reduction.circular.number,
                since=format_day(line.reduction.effective_from),
                until=format_day(line.reduction.effective_to),
                normal=format_vnd(line.normal_amount),
            )
        )
    if rule.circular and rule.article:
        texts.append(phrase("quote", "basis_article", article=rule.article, circular=rule.circular.number))
    elif rule.circular:
        texts.append(phrase("quote", "basis", circular=rule.circular.number))
    if rule.stated_by:
        texts.append(phrase("quote", "stated_by", source=rule.stated_by))
    return texts + ([rule.note] if rule.note else [])


def format_day(day: date) -> str:
    """Write a date the Vietnamese way: 31/12/2026."""
    return f"{day:%d/%m/%Y}"
