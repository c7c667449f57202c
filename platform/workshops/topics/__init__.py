"""What a workshop could be about: teams propose it, say that they need it and what they can offer."""
