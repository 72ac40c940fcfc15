"""Keep what was read from codes, and whose chains are known."""

import sqlalchemy as sa
from alembic import op

revision = "verifiers_0002"
down_revision = "verifiers_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codes_read",
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party", "nonce"),
    )
    op.create_table(
        "issuer_chains",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("transactions_by_party", "transactions", ["party", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("transactions_by_party", table_name="transactions")
    op.drop_table("issuer_chains")
    op.drop_table("codes_read")
