"""The wire: HTTP commands in, numbered events out, presence. Knows commands and streams, no feature."""
