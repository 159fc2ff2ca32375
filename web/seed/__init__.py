"""The seed: what a shop for trying out begins with. All of it comes about as it does in any shop, and is in the log."""
