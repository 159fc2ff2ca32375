"""Subscriptions over websockets, measured side by side with npm's graphql-ws and with Strawberry and broadcaster."""
