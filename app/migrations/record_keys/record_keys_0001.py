"""The keys of the sealed records."""

import sqlalchemy as sa
from alembic import op

revision = "record_keys_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_keys",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("holder_key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("record_keys_commitment", "record_keys", ["commitment"], unique=False)
    op.create_index("record_keys_holder_key", "record_keys", ["holder_key"], unique=False)


def downgrade() -> None:
    op.drop_index("record_keys_holder_key", table_name="record_keys")
    op.drop_index("record_keys_commitment", table_name="record_keys")
    op.drop_table("record_keys")
