"""SD-JWT VC (draft-13, pinned by HAIP 1.0): credentials as SD-JWTs, and what their types say."""
