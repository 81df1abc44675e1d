/** A maker of keys and the libraries that reach them; one JSON file each beside this one. */
export interface Vendor {
  readonly id: string;
  readonly name: string;
  /** `vid:pid`, four lower-case hexadecimal digits each. */
  readonly usb: readonly string[];
  readonly libraries: readonly VendorLibrary[];
  readonly quirks: VendorQuirks;
}

export interface VendorLibrary {
  readonly kind: 'pkcs11' | 'skf';
  readonly platform: 'linux' | 'win32';
  /** Each name is a library of its own. */
  readonly names: readonly string[];
  /**
   * Absolute folders, tried in this order; the first that has a name wins. `{multiarch}` stands for Debian's
   * triplet of the architecture. Missing: the system's own library folders.
   */
  readonly folders?: readonly string[];
  /** A path without which the library can see no key, for example the socket of the card reader service. */
  readonly needs?: string;
}

/** What a vendor's libraries do differently; nothing said: as in the standard. */
export interface VendorQuirks {
  /** SKF DEVINFO is packed to this many bytes. */
  readonly devInfoPacking?: number;
  /** Longest container name, bytes. */
  readonly maxContainerName?: number;
  /** The library keeps one current device and application for the whole process. */
  readonly oneTokenAtATime?: boolean;
  readonly crashesOnStaleHandle?: boolean;
  /** SKF functions outside the standard that decrypt with a container's key. */
  readonly decryptFunctions?: readonly string[];
}
