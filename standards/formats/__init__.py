"""One face for every format of credential: issue, read, verify, present, bind.

Rooms speak to this folder and never ask which format they have; each format's own rules stand in
its own folder, and what it calls its failures is told here in words that all formats share.
"""
