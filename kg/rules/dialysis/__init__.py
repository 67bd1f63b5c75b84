"""Rules about haemodialysis."""
