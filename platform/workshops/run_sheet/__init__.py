"""From result to run sheet: what is on when, how it is moved about, and where a meeting stands while it runs."""
