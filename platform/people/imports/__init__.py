"""Lists from a spreadsheet: looked at first, taken in on request, taken back for an hour."""
