"""Orders for a year, and the sealed copies a job has signed for them."""

import sqlalchemy as sa
from alembic import op

revision = "issuers_0005"
down_revision = "issuers_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealed_copies",
        sa.Column("transaction", sa.LargeBinary(length=32), nullable=False),
        sa.Column("certificate", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificates.number"],
        ),
        sa.ForeignKeyConstraint(["transaction"], ["transactions.id_hash"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("transaction"),
    )
    op.create_index(op.f("ix_sealed_copies_ends_at"), "sealed_copies", ["ends_at"], unique=False)
    op.add_column(
        "bulk_chunks", sa.Column("issued", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("offers", sa.Column("year", sa.Integer(), nullable=True))
    op.create_index(
        "ix_offers_year",
        "offers",
        ["year", "kind", "citizen"],
        unique=False,
        sqlite_where=sa.text("year IS NOT NULL"),
        postgresql_where=sa.text("year IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_offers_year", table_name="offers")
    op.drop_column("offers", "year")
    op.drop_column("bulk_chunks", "issued")
    op.drop_index(op.f("ix_sealed_copies_ends_at"), table_name="sealed_copies")
    op.drop_table("sealed_copies")
