"""Who is in the cohort, and what each has released for the others to see."""
