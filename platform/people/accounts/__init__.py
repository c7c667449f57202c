"""Persons: who they are and how they want the house to speak to them."""
