"""Municipalities and programmes: their pages, and how the office changes them."""
