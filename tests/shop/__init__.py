"""The running shop, asked as its clients ask it."""
