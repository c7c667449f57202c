"""What every room stands on: database, event log, commands, streams, jobs. Knows no room and no Flask."""
