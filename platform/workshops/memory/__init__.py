"""What the series remembers: whose wishes came up so far, and which minutes teams have left from before."""
