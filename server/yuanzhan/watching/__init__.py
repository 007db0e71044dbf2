"""The server watches itself: an hour of samples, and a word to the operator when one is out of bounds."""
