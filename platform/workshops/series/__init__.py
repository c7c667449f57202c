"""The series of workshops of a cohort: when, where and how many minutes there are to fill."""
