"""Complaints, petitions and requests for a person, from the citizen's words to the answer they accept.

A case has a code the citizen can ask for, an owner unit, and the legal clock in working days. What changes it
and what the citizen is told of it happen in one transaction.
"""
