// The koffi binding of Windows' own libraries: the only file here that touches them. Everything but numbers, handles
// and texts is memory of ours, so that what Windows wrote can be read, and recorded, byte for byte.

import type { LibraryHandle } from 'koffi';

/** `text`: UTF-16 with its NUL; `memory`: in, out, or null. */
type ArgumentKind = 'u32' | 'handle' | 'text' | 'memory';

interface Signature {
  readonly library: string;
  readonly result: 'u32' | 'handle';
  readonly args: readonly ArgumentKind[];
}

const from = (library: string, result: Signature['result'], args: string): Signature => ({
  library,
  result,
  args: args.split(' ').filter((kind) => kind !== '') as readonly ArgumentKind[],
});

/** Arguments in the order of the Win32 documentation. LONG, BOOL and DWORD are all `u32`. */
const FUNCTIONS = {
  GetLastError: from('kernel32', 'u32', ''),
  CloseHandle: from('kernel32', 'u32', 'handle'),
  CreateFileW: from('kernel32', 'handle', 'text u32 u32 memory u32 u32 handle'),
  Sleep: from('kernel32', 'u32', 'u32'),
  CreateToolhelp32Snapshot: from('kernel32', 'handle', 'u32 u32'),
  Process32FirstW: from('kernel32', 'u32', 'handle memory'),
  Process32NextW: from('kernel32', 'u32', 'handle memory'),
  WaitForSingleObject: from('kernel32', 'u32', 'handle u32'),
  GetExitCodeProcess: from('kernel32', 'u32', 'handle memory'),
  GetSystemPowerStatus: from('kernel32', 'u32', 'memory'),
  CreateDirectoryW: from('kernel32', 'u32', 'text memory'),
  GetFileAttributesW: from('kernel32', 'u32', 'text'),
  LocalFree: from('kernel32', 'handle', 'handle'),
  IsUserAnAdmin: from('shell32', 'u32', ''),
  ShellExecuteExW: from('shell32', 'u32', 'memory'),
  SHGetFolderPathW: from('shell32', 'u32', 'handle u32 handle u32 memory'),
  CoInitializeEx: from('ole32', 'u32', 'memory u32'),

  RegOpenKeyExW: from('advapi32', 'u32', 'handle text u32 u32 memory'),
  RegCreateKeyExW: from('advapi32', 'u32', 'handle text u32 text u32 u32 memory memory memory'),
  RegCloseKey: from('advapi32', 'u32', 'handle'),
  RegQueryValueExW: from('advapi32', 'u32', 'handle text memory memory memory memory'),
  RegQueryInfoKeyW: from(
    'advapi32',
    'u32',
    'handle memory memory memory memory memory memory memory memory memory memory memory',
  ),
  RegEnumKeyExW: from('advapi32', 'u32', 'handle u32 memory memory memory memory memory memory'),
  RegEnumValueW: from('advapi32', 'u32', 'handle u32 memory memory memory memory memory memory'),
  RegSetValueExW: from('advapi32', 'u32', 'handle text u32 u32 memory u32'),
  RegDeleteValueW: from('advapi32', 'u32', 'handle text'),
  RegDeleteKeyExW: from('advapi32', 'u32', 'handle text u32 u32'),

  ConvertStringSecurityDescriptorToSecurityDescriptorW: from('advapi32', 'u32', 'text u32 memory memory'),
  ConvertSecurityDescriptorToStringSecurityDescriptorW: from(
    'advapi32',
    'u32',
    'handle u32 u32 memory memory',
  ),
  GetNamedSecurityInfoW: from('advapi32', 'u32', 'text u32 u32 memory memory memory memory memory'),

  OpenSCManagerW: from('advapi32', 'handle', 'text text u32'),
  OpenServiceW: from('advapi32', 'handle', 'handle text u32'),
  CloseServiceHandle: from('advapi32', 'u32', 'handle'),
  QueryServiceStatusEx: from('advapi32', 'u32', 'handle u32 memory u32 memory'),
  QueryServiceConfigW: from('advapi32', 'u32', 'handle memory u32 memory'),
  ChangeServiceConfigW: from('advapi32', 'u32', 'handle u32 u32 u32 text text memory text text text text'),
  StartServiceW: from('advapi32', 'u32', 'handle u32 memory'),
  ControlService: from('advapi32', 'u32', 'handle u32 memory'),

  CertOpenStore: from('crypt32', 'handle', 'handle u32 handle u32 text'),
  CertCloseStore: from('crypt32', 'u32', 'handle u32'),
  CertEnumCertificatesInStore: from('crypt32', 'handle', 'handle handle'),
  CertFreeCertificateContext: from('crypt32', 'u32', 'handle'),
  CertGetCertificateContextProperty: from('crypt32', 'u32', 'handle u32 memory memory'),
  CertAddEncodedCertificateToStore: from('crypt32', 'u32', 'handle u32 memory u32 u32 memory'),
  CertSerializeCertificateStoreElement: from('crypt32', 'u32', 'handle u32 memory memory'),
  CertAddSerializedElementToStore: from('crypt32', 'u32', 'handle memory u32 u32 u32 u32 memory memory'),
  CertDeleteCertificateFromStore: from('crypt32', 'u32', 'handle'),

  GetExtendedTcpTable: from('iphlpapi', 'u32', 'memory memory u32 u32 u32 u32'),

  SetupDiGetClassDevsW: from('setupapi', 'handle', 'memory text handle u32'),
  SetupDiEnumDeviceInfo: from('setupapi', 'u32', 'handle u32 memory'),
  SetupDiGetDeviceInstanceIdW: from('setupapi', 'u32', 'handle memory memory u32 memory'),
  SetupDiGetDeviceRegistryPropertyW: from('setupapi', 'u32', 'handle memory u32 memory memory u32 memory'),
  SetupDiGetDevicePropertyW: from('setupapi', 'u32', 'handle memory memory memory memory u32 memory u32'),
  SetupDiDestroyDeviceInfoList: from('setupapi', 'u32', 'handle'),
  CM_Get_DevNode_Status: from('cfgmgr32', 'u32', 'memory memory u32 u32'),
} as const satisfies Record<string, Signature>;

export type WindowsFunction = keyof typeof FUNCTIONS;
/** Handles are numbers or bigints as koffi sees fit. */
export type Handle = number | bigint;
export type Argument = number | bigint | string | Uint8Array | null;

export interface WindowsApi {
  /** A 32-bit number, unsigned. */
  number(name: WindowsFunction, ...args: readonly Argument[]): number;
  /** 0: null; -1: INVALID_HANDLE_VALUE. */
  handle(name: WindowsFunction, ...args: readonly Argument[]): Handle;
  /** Where memory of ours lies, for as long as it is held. */
  address(bytes: Uint8Array): bigint;
  /** A copy of memory that is not ours, for example of a certificate context. */
  memory(address: Handle, length: number): Uint8Array;
}

/** Throws where this is no Windows. A library is loaded when one of its functions is first called. */
export async function openWindowsApi(): Promise<WindowsApi> {
  const { default: koffi } = await import('koffi');
  const native = { u32: 'uint32_t', handle: 'intptr_t', text: 'str16', memory: 'void *' } as const;
  const libraries = new Map<string, LibraryHandle>();
  const declared = new Map<WindowsFunction, (...args: readonly Argument[]) => unknown>();

  function declare(name: WindowsFunction): (...args: readonly Argument[]) => unknown {
    const { library, result, args }: Signature = FUNCTIONS[name];
    const loaded = libraries.get(library) ?? koffi.load(`${library}.dll`);
    libraries.set(library, loaded);
    const types = args.map((kind) => native[kind]);
    const made = loaded.func('__stdcall', name, native[result], types) as (...values: unknown[]) => unknown;
    const callable = (...values: readonly Argument[]): unknown => made(...values);
    declared.set(name, callable);
    return callable;
  }

  const call = (name: WindowsFunction, args: readonly Argument[]): unknown =>
    (declared.get(name) ?? declare(name))(...args);
  return {
    number: (name, ...args) => call(name, args) as number,
    handle: (name, ...args) => call(name, args) as Handle,
    address: (bytes) => koffi.address(bytes),
    memory(address, length) {
      if (length === 0) return new Uint8Array();
      const bytes = koffi.decode(BigInt(address), koffi.array('uint8_t', length)) as Uint8Array;
      return Uint8Array.from(bytes);
    },
  };
}
