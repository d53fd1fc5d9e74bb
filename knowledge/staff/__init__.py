"""Who works at the console: accounts, sessions, roles with their permissions, and the audit log."""
