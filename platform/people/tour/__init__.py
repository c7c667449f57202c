"""A short way round the house for whoever comes for the first time."""
