"""What came of a vote: the blocks of a workshop, and what has to wait for the next one."""
