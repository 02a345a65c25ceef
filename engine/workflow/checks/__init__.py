"""What is refused of a diagram before any case runs through it, and the sentence each finding is told in."""
