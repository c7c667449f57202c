"""The result of a vote: what was chosen, why, what it means for every team, and files to count it again."""
