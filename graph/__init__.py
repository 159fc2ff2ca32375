"""The Strawberry schema: views of the shop, inputs, resolvers."""
