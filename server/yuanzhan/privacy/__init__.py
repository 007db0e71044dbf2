"""What is kept of people: told from one table, removed in time, copied and erased for who asks."""
