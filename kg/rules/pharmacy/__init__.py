"""Rules about shops: sales, trace codes, stock and cards at a till."""
