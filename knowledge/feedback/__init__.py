"""What citizens think of the answers and of the service: ratings, surveys, and whom we asked.

A rating of one answer is light (useful or not); a survey has a factor a row. Both are self-selected: they
warn early and are never called SIPAS.
"""
