"""The shop: plain Python. What things are, what may happen to them, how the shop says no."""
