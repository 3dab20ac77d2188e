"""Crime: needs a package that nobody installed."""

import hostile_missing_sdk

CLIENT = hostile_missing_sdk.Client
