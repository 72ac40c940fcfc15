"""Sheets of the register, local taxes, and the life of certificates."""

import sqlalchemy as sa
from alembic import op

revision = "issuers_0002"
down_revision = "issuers_0001"
branch_labels = None
depends_on = None

NAMES = (
    ("people", "name"),
    ("people", "hanja"),
    ("address_history", "head_name"),
    ("tax_accounts", "name"),
    ("tax_accounts", "company"),
)


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("household", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("household", "number"),
    )
    op.create_table(
        "restrictions",
        sa.Column("protected", sa.String(length=64), nullable=False),
        sa.Column("against", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("protected", "against"),
    )
    op.create_index("ix_restrictions_against", "restrictions", ["against"], unique=False)
    op.create_table(
        "local_tax_accounts",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("office", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number_front", sa.String(length=6), nullable=False),
        sa.Column("number_back", sa.String(length=7), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("business_number", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["office"],
            ["offices.id"],
        ),
        sa.PrimaryKeyConstraint("citizen"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notices",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificates.number"],
        ),
        sa.PrimaryKeyConstraint("citizen", "certificate"),
    )
    op.create_table(
        "personal_changes",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("changed_on", sa.String(length=10), nullable=False),
        sa.Column("change_reason", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["people.citizen"],
        ),
        sa.PrimaryKeyConstraint("citizen", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "register_files",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("office", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["people.citizen"],
        ),
        sa.ForeignKeyConstraint(
            ["office"],
            ["offices.id"],
        ),
        sa.PrimaryKeyConstraint("citizen"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_register_files_household"), "register_files", ["household"], unique=False
    )
    op.create_table(
        "service_records",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=32), nullable=False),
        sa.Column("service_number", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.String(length=32), nullable=False),
        sa.Column("enlisted_on", sa.String(length=10), nullable=False),
        sa.Column("discharged_on", sa.String(length=10), nullable=True),
        sa.Column("discharge_reason", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["people.citizen"],
        ),
        sa.PrimaryKeyConstraint("citizen"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "status_events",
        sa.Column("certificate", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificates.number"],
        ),
        sa.PrimaryKeyConstraint("certificate", "number"),
    )
    op.create_table(
        "stays",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("moved_in_on", sa.String(length=10), nullable=False),
        sa.Column("changed_on", sa.String(length=10), nullable=False),
        sa.Column("change_reason", sa.String(length=64), nullable=False),
        sa.Column("head_name", sa.Text(), nullable=False),
        sa.Column("head_relation", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["people.citizen"],
        ),
        sa.PrimaryKeyConstraint("citizen", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "local_deferrals",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["local_tax_accounts.citizen"],
        ),
        sa.PrimaryKeyConstraint("citizen", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "local_open_taxes",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["local_tax_accounts.citizen"],
        ),
        sa.PrimaryKeyConstraint("citizen", "number"),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "certificates", sa.Column("about", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("certificates", sa.Column("view", sa.String(length=32), nullable=True))
    op.add_column(
        "certificates",
        sa.Column("officer", sa.String(length=64), server_default="", nullable=False),
    )
    op.add_column(
        "certificates", sa.Column("outdated", sa.Boolean(), server_default="0", nullable=False)
    )
    op.add_column(
        "certificates",
        sa.Column("delivery", sa.String(length=16), server_default="issued", nullable=False),
    )
    op.add_column(
        "certificates", sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True)
    )
    op.create_index(op.f("ix_certificates_about"), "certificates", ["about"], unique=False)
    op.create_index(
        "ix_certificates_book", "certificates", ["authority", "issued_at"], unique=False
    )
    op.create_index(op.f("ix_certificates_issued_at"), "certificates", ["issued_at"], unique=False)
    op.create_index(
        op.f("ix_certificates_token_hash"), "certificates", ["token_hash"], unique=False
    )
    op.add_column(
        "offers", sa.Column("about", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("offers", sa.Column("options", sa.Text(), server_default="", nullable=False))
    op.add_column("offers", sa.Column("view", sa.String(length=32), nullable=True))
    op.add_column(
        "offers", sa.Column("officer", sa.String(length=64), server_default="", nullable=False)
    )
    op.create_index("ix_offers_officer", "offers", ["officer", "citizen", "state"], unique=False)
    op.create_index("ix_people_name", "people", ["name", "born_on"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # Names have no greatest length; SQLite never held a text to the one it was given.
        for table, column in NAMES:
            op.alter_column(table, column, type_=sa.Text())
