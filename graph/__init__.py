"""What may exist, and the doors to it: contract, book, identities, Neo4j."""
