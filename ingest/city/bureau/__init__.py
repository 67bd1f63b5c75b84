"""What do the bureau and its neighbours keep? Desks, employers, payers, accounts, rosters, tips and old cases."""
