"""Reports: parameterised notebooks with a typed contract, executed, exported and judged."""
