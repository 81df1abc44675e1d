// The environment check, put together from the system's probe and the application's own services.

import type { DriverProbe } from '../core/environment/probe.ts';
import { openProbe } from './adapters/os/open-probe.ts';
import { createSignatureVerifier } from './adapters/signature-verifier.ts';
import type { Application, ApplicationOptions } from './compose.ts';
import {
  createEnvironmentService,
  type EnvironmentService,
} from './services/environment/environment-service.ts';

export function loadEnvironment(
  { dataDir, clock, hostEnvironment, log }: ApplicationOptions,
  application: Pick<Application, 'tokens' | 'profiles' | 'renewals'>,
  drivers: DriverProbe,
): EnvironmentService {
  const probing = {
    root: '/',
    dataFolder: dataDir,
    clock,
    variables: hostEnvironment,
    ownPorts: [],
    ownProgram: null,
    drivers,
    verifier: createSignatureVerifier(),
    tokens: application.tokens,
    profiles: async () => (await application.profiles()).book,
    async renewals() {
      const opened = await application.renewals(true);
      return opened.ok ? opened.value : null;
    },
  };
  return createEnvironmentService({
    openProbe: (profile, signal) => openProbe(probing, profile, signal),
    log,
  });
}
