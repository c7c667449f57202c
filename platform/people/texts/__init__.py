"""The operator's own texts: imprint, privacy, accessibility."""
