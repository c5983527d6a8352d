"""Write the pages, render the site, publish it."""
