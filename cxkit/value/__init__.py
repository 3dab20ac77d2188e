"""What experience is worth: links to behaviour, churn, lifetime value, return on investment."""
