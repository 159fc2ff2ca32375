"""The loops: what the shop does by itself."""
