"""Learning from what was missed: kept questions, their groups, the review, and what goes live of it."""
