"""Who works here: organisations, persons, teams and seats, cohorts, sign-in."""
