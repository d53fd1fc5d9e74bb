"""The staff console: server-rendered Vietnamese pages on which officers act on what citizens said.

A sub-application that the gateway serves under ``/staff``. Every route declares its permission
(`bot.staff.access`), every form carries a token, every change and every view of personal data is written
into the audit log.
"""
