import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Client } from '../../contract/client.ts';
import { NEUTRAL_PROFILE } from '../../contract/shipped-profiles.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { Assistant, WindowState } from './window-state.ts';

export const AssistantContext = createContext<Assistant | null>(null);

export function useAssistant(): Assistant {
  const assistant = useContext(AssistantContext);
  if (assistant === null) throw new Error('no AssistantContext around this component');
  return assistant;
}

export function useClient(): Client {
  return useAssistant().client;
}

/** A part of what the page knows; the component is drawn again when that part changes. */
export function useWindow<T>(select: (state: WindowState) => T): T {
  return useStore(useAssistant().store, select);
}

/** The neutral profile where none has this id, or none is asked for. */
export function useProfile(id: string | null | undefined): Profile {
  return useWindow(({ profiles }) => profiles.find((profile) => profile.id === id) ?? NEUTRAL_PROFILE);
}

/** The key and the certificate that a screen was opened for; null: not plugged in (any more). */
export function useNamedCertificate({
  token: tokenId,
  certificate: sha256,
}: Readonly<Record<string, string>>) {
  const token = useWindow(({ tokens }) => tokens?.tokens.find(({ id }) => id === tokenId) ?? null);
  const certificate = token?.certificates.find((one) => one.sha256 === sha256) ?? null;
  return { token, certificate, profile: useProfile(certificate?.profile) };
}
