"""모바일 주민등록증: who somebody is, as the resident card says it."""
