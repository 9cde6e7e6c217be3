"""Articles, people and terms -> one `Site`: names resolved, addresses given, relations drawn. Pure.

May import basics and model; called by build and check.
"""

from builder.archive.assemble import Inventory, assemble
from builder.archive.doubts import days_to_come

__all__ = ["Inventory", "assemble", "days_to_come"]
