"""모바일 운전면허증: the driving licence of ISO/IEC 18013-5, with what Korea prints besides."""
