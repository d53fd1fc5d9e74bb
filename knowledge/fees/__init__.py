"""Fees (phí, lệ phí): the rules of the fee circulars as data, and quotes computed from them.

Start at :func:`knowledge.fees.compute.quote`. See ``docs/fees.md``.
"""
