"""Crime: raises when it is imported, deeper than a reader of its source can see."""


def _settings():
    return {}["no such setting"]


SETTINGS = _settings()
