"""Secret polls: the papers of all teams in one sealed box, whose key is destroyed at the close."""
