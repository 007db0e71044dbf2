"""What came of booths: counts and cards kept, and told to those whose booths they are of."""
