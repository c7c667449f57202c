"""Sessions and passwords: how the house knows who is asking."""
