"""From result to run sheet: what is on when, who moves it about, where a meeting stands."""
