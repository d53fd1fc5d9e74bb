"""The web channel: the chat page, its files, and the snippet a department pastes into its own site."""
