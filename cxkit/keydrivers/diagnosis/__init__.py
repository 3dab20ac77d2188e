"""What is refused, and what must be said of the data, a model and its importance."""
