"""Sign-in services of the towns (OpenID Connect): who somebody is there, and who that is here."""
