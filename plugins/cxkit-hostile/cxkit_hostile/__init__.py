"""A plugin of cxkit that does everything wrong, on purpose: one module, one crime."""
