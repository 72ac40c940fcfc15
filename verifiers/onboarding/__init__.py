"""Before an institution asks anybody: its request, looked over as a wallet would."""
