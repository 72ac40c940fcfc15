"""주민등록표 초본: the abstract of the resident register, about one person."""
