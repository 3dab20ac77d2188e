"""Who is installed: found without importing, read from the source, loaded one by one, listed with faults."""

from cxkit.registry.registered import PluginRecord, Registry, build_registry, registry, reset_registry

__all__ = ["PluginRecord", "Registry", "build_registry", "registry", "reset_registry"]
