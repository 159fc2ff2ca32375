"""How many orders a second an API takes, of listed articles and of those described by hand."""
