"""Measurements of the shop beside its peers. They are no part of the product, and nothing of it imports them."""
