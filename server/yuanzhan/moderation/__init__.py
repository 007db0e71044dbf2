"""What keeps a hall safe: acts and what holds because of them, reports, the word filter, the chat log.

Rules are pure: moments are arguments, and nothing here knows a socket. `desk` and `chat_log` alone reach the
store.
"""
