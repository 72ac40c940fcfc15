"""Presented originals under seal, and the book of their readings."""

import sqlalchemy as sa
from alembic import op

revision = "verifiers_0008"
down_revision = "verifiers_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealed_originals",
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=128), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("kept_until", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    op.create_index("sealed_originals_by_party", "sealed_originals", ["party", "kept_at"])
    op.create_index("sealed_originals_by_end", "sealed_originals", ["kept_until"])
    op.create_table(
        "original_readings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("original_readings_by_party", "original_readings", ["party", "read_at"])


def downgrade() -> None:
    op.drop_index("original_readings_by_party", table_name="original_readings")
    op.drop_table("original_readings")
    op.drop_index("sealed_originals_by_end", table_name="sealed_originals")
    op.drop_index("sealed_originals_by_party", table_name="sealed_originals")
    op.drop_table("sealed_originals")
