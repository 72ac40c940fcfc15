"""Citizens of the default seed one can count on, for demonstrations and tests.

A population of 20 households or more holds every one of them.
"""

# The household and the citizen of the demonstration.
DEMO_HOUSEHOLD = 0
DEMO_CITIZEN = "demo"

# Ten members; its head has had thirty addresses before this one.
LARGE_HOUSEHOLD = 13
LARGE_HOUSEHOLD_HEAD = "c0000013-0"
LARGE_HOUSEHOLD_MEMBERS = 10
MANY_PAST_ADDRESSES = 30

# 친양자: adopted as a full child when three, with a new family name; a minor until 2038.
ADOPTED_CHILD = "c0000002-3"

# 거주불명자: nobody knows where they live; alone in their household.
RESIDENCE_UNKNOWN_HOUSEHOLD = 5
RESIDENCE_UNKNOWN_CITIZEN = "c0000005-0"

# 말소자: emigrated, in no household, yet with a sheet of the register.
DEREGISTERED_HOUSEHOLD = 6
DEREGISTERED_CITIZEN = "c0000006-1"

# 외국인 배우자: on the household's copy, with no sheet of their own.
FOREIGN_SPOUSE_HOUSEHOLD = 7
FOREIGN_SPOUSE_CITIZEN = "c0000007-1"
