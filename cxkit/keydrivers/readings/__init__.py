"""What a driver analysis says of questions that come next: what if, which first, what changed, which unit."""
