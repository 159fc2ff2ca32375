"""What the tests share: the product as processes, clients of it, and things to make."""
