"""What `tthc doctor` looks at: one module of ``checks`` a topic, its sentences in ``wordings.yml``."""
