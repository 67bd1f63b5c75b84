"""What do we know, and what does it find? Libraries, rules, law."""
