"""Single-use links in mails: what they open, for how long, and that they open it once."""
