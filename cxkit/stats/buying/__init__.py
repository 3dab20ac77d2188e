"""How customers buy and stay: probability models of purchases, of spend and of contracts."""
