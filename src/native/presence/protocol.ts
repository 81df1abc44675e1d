// What the application and the presence child say to each other. The child says what is plugged in and that
// something moved; it never says what is on a key.

/** `vid:pid`, four lower-case hexadecimal digits each, as in the vendors' data. */
export type UsbId = string;

/** Why a source of news is silent, for support; null: it works. */
export interface PresenceFacts {
  readonly usbProblem: string | null;
  readonly hidProblem: string | null;
}

export interface PresenceRequest {
  /** Absolute paths of folders with key files; they take the place of those asked for before. */
  readonly folders: readonly string[];
}

export type PresenceMessage =
  | { readonly kind: 'started'; readonly devices: readonly UsbId[]; readonly facts: PresenceFacts }
  /** Something was plugged in or pulled. */
  | { readonly kind: 'devices'; readonly devices: readonly UsbId[] }
  /** A key file in that folder came, went or changed. */
  | { readonly kind: 'folder'; readonly folder: string };

export function isPresenceRequest(message: unknown): message is PresenceRequest {
  return isObject(message) && isTexts(message['folders']);
}

export function isPresenceMessage(message: unknown): message is PresenceMessage {
  if (!isObject(message)) return false;
  if (message['kind'] === 'folder') return typeof message['folder'] === 'string';
  if (message['kind'] === 'started') return isTexts(message['devices']) && isObject(message['facts']);
  return message['kind'] === 'devices' && isTexts(message['devices']);
}

export function usbId(vendor: number, product: number): UsbId {
  return [vendor, product].map((part) => part.toString(16).padStart(4, '0')).join(':');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
