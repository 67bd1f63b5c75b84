"""Who does what with it? Commands, leads, the room."""
