/** What a driver answered, kept beside our own code so that support can look it up. */
export interface NativeFailure {
  /** The call that answered, for example `C_Login` or `SKF_VerifyPIN`. */
  readonly call: string;
  /** Its return value as hex, for example `0x000000a0`. */
  readonly value: string;
  /** The value's name in the standard's header, where it has one, for example `CKR_PIN_INCORRECT`. */
  readonly name?: string;
}
