"""Signing in by an OpenID Connect provider: the protocol alone. What an identity is worth is `accounts`'."""
