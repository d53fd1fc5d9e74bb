"""`tthc serve`: preparation in a process that ends, then a small supervisor of three processes.

The supervisor imports only the standard library and stays small; whatever needs the other rooms
happens in ``tthc.serve.prepare``, which reports as events of JSON, one a line.
"""
