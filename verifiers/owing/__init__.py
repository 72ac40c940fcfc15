"""What a party owes for what it keeps: erasure, answers to withdrawals, in their time."""
