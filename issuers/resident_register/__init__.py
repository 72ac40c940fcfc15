"""주민등록표 등본: the household's copy of the resident register."""
