"""What auditors look for: entries by their type, and the last verification of the whole log."""

import sqlalchemy as sa
from alembic import op

revision = "consent_0002"
down_revision = "consent_0001"
branch_labels = None
depends_on = None

# Every type there was when this revision was written.
TYPES = ("consent", "refused", "withdrawn", "used", "acknowledged", "erased")


def upgrade() -> None:
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Text(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("entries", sa.Column("type", sa.Text(), server_default="", nullable=False))
    _read_the_types_out_of_the_leaves()
    op.create_index("entries_type", "entries", ["type", "position"], unique=False)


def downgrade() -> None:
    op.drop_index("entries_type", table_name="entries")
    op.drop_column("entries", "type")
    op.drop_table("verification")


def _read_the_types_out_of_the_leaves() -> None:
    entries = sa.table("entries", sa.column("leaf"), sa.column("type"))
    if op.get_bind().dialect.name == "postgresql":
        leaf: sa.ColumnElement[str] = sa.func.convert_from(entries.c.leaf, "LATIN1")
    else:
        leaf = sa.cast(entries.c.leaf, sa.Text)
    # A leaf has one spelling, and nothing else in it can look like this.
    spelt = {name: leaf.like(f'%"type":"{name}","v":1}}') for name in TYPES}
    found = sa.case(*((match, name) for name, match in spelt.items()), else_="")
    op.execute(sa.update(entries).values(type=found))
