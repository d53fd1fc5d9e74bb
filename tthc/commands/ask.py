def register(s): s.add_parser("ask")
