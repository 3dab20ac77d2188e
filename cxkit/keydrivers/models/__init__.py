"""Regressions of an outcome on its drivers: least squares from a Gram matrix, the others on distinct rows."""
