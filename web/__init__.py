"""The page kit: the look and the safety of every page, once."""
