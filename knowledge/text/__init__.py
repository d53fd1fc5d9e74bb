"""Vietnamese text as citizens type it: normalising, terms, codes, phrase lexicons, masking.

Search, NLU components and the gateway share these functions, so that the same sentence with and
without marks is understood alike everywhere.
"""
