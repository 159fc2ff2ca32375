"""What is around the shop: its program, the hub, the gate, the receiver."""
