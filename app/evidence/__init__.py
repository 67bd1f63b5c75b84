"""Evidence that can be carried out of the room: one lead as a signed bag that a stranger can verify."""
