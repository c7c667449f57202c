"""The series of workshops: topics, votes and the agenda they lead to."""
