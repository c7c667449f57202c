"""Backups: all rows in one file that can be checked, moved between databases, and restored."""
