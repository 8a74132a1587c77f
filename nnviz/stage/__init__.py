"""The stage: the browser side of the product, and what puts it on a page."""
