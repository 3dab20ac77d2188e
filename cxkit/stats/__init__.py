"""Statistics on small arrays. Nothing here knows a data frame or what a promoter is."""
