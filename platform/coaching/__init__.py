"""Coaching between workshops: conversations, contacts and peer consultations (still empty)."""
