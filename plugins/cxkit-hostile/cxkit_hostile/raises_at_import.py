"""Crime: raises when it is imported."""

raise RuntimeError("hostile: raised at import")
