"""Second factors and passkeys, and showing once more who one is before what cannot be undone."""
