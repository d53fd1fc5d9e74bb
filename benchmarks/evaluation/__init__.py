"""Measures understanding and answering on questions apart from the training data; see docs/evaluation.md."""
