"""The Zalo Bot Platform as a server, with phones to look at."""
