"""Where a cohort stands in its series, and what waits for whom."""
