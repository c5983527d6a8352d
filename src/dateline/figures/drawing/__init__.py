"""Draw a chart in the look of the page, as SVG and PNG."""
