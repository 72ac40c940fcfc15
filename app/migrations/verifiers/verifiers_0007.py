"""Codes that were used elsewhere too."""

import sqlalchemy as sa
from alembic import op

revision = "verifiers_0007"
down_revision = "verifiers_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreements", sa.Column("reused_at", sa.BigInteger(), nullable=True))
    op.create_index("agreements_by_label", "agreements", ["label"], unique=False)
    op.create_index("agreements_by_reuse", "agreements", ["party", "reused_at"], unique=False)


def downgrade() -> None:
    op.drop_index("agreements_by_reuse", table_name="agreements")
    op.drop_index("agreements_by_label", table_name="agreements")
    op.drop_column("agreements", "reused_at")
