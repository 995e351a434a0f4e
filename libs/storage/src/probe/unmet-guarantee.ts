/** The store does not do what it must; `message` is a sentence that says which promise is broken. */
export class UnmetGuarantee extends Error {
  override readonly name = 'UnmetGuarantee';
}
