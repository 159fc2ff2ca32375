"""The rules of the shop, alone."""
