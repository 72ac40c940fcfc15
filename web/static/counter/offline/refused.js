// Why something is not believed: one closed code, the same words the service itself uses.

export class Refused extends Error {
  /** @param {string} code as in `verifiers/failure.py` */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Something below the level of credentials is wrong; who asked knows what that means there. */
export class Broken extends Error {
  /** @param {"malformed"|"signature"|"untrusted"|"expired"|"not_yet_valid"} kind */
  constructor(kind = "malformed") {
    super(kind);
    this.kind = kind;
  }
}

/** Do `act`; what is broken in it is refused by the code `codeOf` gives. */
export async function refusing(codeOf, act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    throw new Refused(typeof codeOf === "string" ? codeOf : codeOf(error.kind));
  }
}
