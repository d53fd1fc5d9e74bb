"""The department's profile: what differs from one department to the next."""
