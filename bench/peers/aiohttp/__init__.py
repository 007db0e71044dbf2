"""A broadcast server on aiohttp."""
