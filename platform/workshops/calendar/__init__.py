"""Workshops in people's own calendars: a personal address to subscribe to, and one workshop as a file."""
