"""The vote of the teams on the topics of a workshop."""
