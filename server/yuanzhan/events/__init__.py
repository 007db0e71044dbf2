"""What takes place in the halls: who plans it, when it is, and how many came."""
