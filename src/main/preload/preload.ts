// All the page gets from the shell: the wire of the contract (src/contract/client.ts). The router is the gate.

import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';

contextBridge.exposeInMainWorld('assistant', {
  call: (method: string, input: unknown) => ipcRenderer.invoke('call', method, input),
  onEvent(listener: (event: unknown) => void) {
    const hear = (_event: IpcRendererEvent, message: unknown): void => listener(message);
    ipcRenderer.on('event', hear);
    return () => void ipcRenderer.off('event', hear);
  },
});
