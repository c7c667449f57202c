"""The demo: a house with teams, topics and a running vote, thrown away afterwards."""
