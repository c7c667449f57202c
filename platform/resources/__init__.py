"""The shared pool of learning sources (still empty)."""
