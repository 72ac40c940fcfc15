"""A build that believes every proof of inclusion."""

from consent.forms import receipt

receipt.verify_inclusion = lambda *_given, **_more: None  # type: ignore[attr-defined]  # broken on purpose
