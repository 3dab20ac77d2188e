"""How a driver analysis is shown: sentences, the table, drawings."""
