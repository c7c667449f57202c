"""What the house knows about a person: handed out, erased, and forgotten in time."""
