/** A call that would have been sent with a blank or malformed part. Nothing was sent; the fault is the caller's. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
}
