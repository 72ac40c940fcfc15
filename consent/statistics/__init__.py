"""What each institution asked, was given and owes, by month; small counts stay hidden."""
