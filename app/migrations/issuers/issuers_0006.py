"""Identity cards: pictures, resident cards, driving licences."""

import sqlalchemy as sa
from alembic import op

revision = "issuers_0006"
down_revision = "issuers_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portraits",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "driving_licences",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("office", sa.Integer(), nullable=False),
        sa.Column("licence_number", sa.String(length=16), nullable=False),
        sa.Column(
            "name", sa.String(length=64).with_variant(sa.Text(), "postgresql"), nullable=False
        ),
        sa.Column(
            "family_name_latin",
            sa.String(length=64).with_variant(sa.Text(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "given_name_latin",
            sa.String(length=64).with_variant(sa.Text(), "postgresql"),
            nullable=False,
        ),
        sa.Column("number_front", sa.String(length=6), nullable=False),
        sa.Column("number_back", sa.String(length=7), nullable=False),
        sa.Column("born_on", sa.String(length=10), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("portrait", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["office"],
            ["offices.id"],
        ),
        sa.ForeignKeyConstraint(
            ["portrait"],
            ["portraits.digest"],
        ),
        sa.PrimaryKeyConstraint("citizen"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "driving_classes",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["driving_licences.citizen"],
        ),
        sa.PrimaryKeyConstraint("citizen", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "resident_cards",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("portrait", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen"],
            ["people.citizen"],
        ),
        sa.ForeignKeyConstraint(
            ["household"],
            ["households.id"],
        ),
        sa.ForeignKeyConstraint(
            ["portrait"],
            ["portraits.digest"],
        ),
        sa.PrimaryKeyConstraint("citizen"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_resident_cards_household"), "resident_cards", ["household"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_resident_cards_household"), table_name="resident_cards")
    op.drop_table("resident_cards")
    op.drop_table("driving_classes")
    op.drop_table("driving_licences")
    op.drop_table("portraits")
