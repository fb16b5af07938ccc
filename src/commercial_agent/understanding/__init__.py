"""From what the customer typed to typed requests."""
