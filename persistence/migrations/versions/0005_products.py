"""Products: articles, what they are found by, and their stock."""

import sqlalchemy as sa
from alembic import op

from persistence.types import Id, Moment, code, exact, long_text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", Id(), primary_key=True),
        sa.Column("seller_id", Id(), nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("sku_key", exact(128), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", long_text(), nullable=True),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("condition", code(20), nullable=False),
        sa.Column("size", sa.String(40), nullable=True),
        sa.Column("color", sa.String(40), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", code(3), nullable=False),
        sa.Column("image_url", sa.String(500), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ux_products_sku", "products", ["seller_id", "sku_key"], unique=True)
    op.create_index("ix_products_listed", "products", ["archived", "id"])
    op.create_index("ix_products_seller", "products", ["seller_id", "id"])
    op.create_index("ix_products_price", "products", ["archived", "price"])
    op.create_index("ix_products_condition", "products", ["condition", "id"])
    op.create_table(
        "product_terms",
        sa.Column("term", exact(120), primary_key=True),
        sa.Column("product_id", Id(), primary_key=True),
    )
    op.create_index("ix_product_terms_product", "product_terms", ["product_id"])
    op.create_table(
        "stock_levels",
        sa.Column("product_id", Id(), primary_key=True),
        sa.Column("region", exact(40), primary_key=True),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("reserved >= 0", name="ck_stock_levels_reserved"),
        sa.CheckConstraint("on_hand >= reserved", name="ck_stock_levels_on_hand"),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", Id(), primary_key=True),
        sa.Column("product_id", Id(), nullable=False),
        sa.Column("region", exact(40), nullable=False),
        sa.Column("kind", code(20), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_index("ix_stock_movements_product", "stock_movements", ["product_id", "id"])
    op.create_index("ix_stock_movements_order", "stock_movements", ["order_id"])
    op.add_column("orders", sa.Column("region", exact(40), nullable=True))
    op.add_column("order_items", sa.Column("product_id", Id(), nullable=True))


def downgrade() -> None:
    op.drop_column("order_items", "product_id")
    op.drop_column("orders", "region")
    for table in ("stock_movements", "stock_levels", "product_terms", "products"):
        op.drop_table(table)
