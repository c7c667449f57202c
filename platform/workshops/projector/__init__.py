"""What stands on the wall of the room: one thing, readable from ten metres."""
