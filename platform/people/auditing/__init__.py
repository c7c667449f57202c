"""What was done in the care of the house, for the office to read."""
