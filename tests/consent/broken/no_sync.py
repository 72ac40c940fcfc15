"""A build that does not sync: what it promised is in memory only."""

from consent.store import writer_engine

PRAGMAS = tuple(
    "synchronous=OFF" if pragma.startswith("synchronous") else pragma
    for pragma in writer_engine._PRAGMAS
)
setattr(writer_engine, "_PRAGMAS", PRAGMAS)  # noqa: B010  # a constant, on purpose
