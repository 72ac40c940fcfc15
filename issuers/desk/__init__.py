"""The officers' desk: orders, mandates, the day's till, the book as a table."""
