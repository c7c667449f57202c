"""Organisations, cohorts, teams with their seats, and roles."""
