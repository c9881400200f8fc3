"""Files: stores, images, tables, BIDS."""
