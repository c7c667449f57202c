"""What is forgotten in time: how long each kind of thing is kept, and one round of forgetting a night."""
