"""The group that every verb of ``mydata consent`` joins."""

from app.cli.invocation import verb_group

verbs = verb_group("Read, export and verify the record of consents.")
