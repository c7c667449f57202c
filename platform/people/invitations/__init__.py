"""Invitations: how somebody comes to a seat or a role, from the mail to the first sign-in."""
