"""Complete a rendered site: downloads and their description, sitemap, search index, manifest."""
