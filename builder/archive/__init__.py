"""Articles, people and terms -> one `Site`: names resolved, addresses given, relations drawn. Pure.

May import basics and model; called by build and check.
"""

from builder.archive.assemble import Inventory, assemble

__all__ = ["Inventory", "assemble"]
