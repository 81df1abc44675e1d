// What the probes of both systems are made from, and what they answer alike.

import type { BrowserProbe } from '../../../core/environment/browser-page.ts';
import type { SignatureVerifier } from '../../../core/certificate/signature-verifier.ts';
import type { DriverProbe, KeyProbe, Probe, Subject } from '../../../core/environment/probe.ts';
import type { Clock } from '../log.ts';
import type { FindRoute } from './proxy-route.ts';

export interface ProbeParts {
  readonly clock: Clock;
  readonly variables: NodeJS.ProcessEnv;
  readonly subject: Subject;
  readonly drivers: DriverProbe;
  readonly verifier: SignatureVerifier;
  readonly signal: AbortSignal;
  readonly findRoute: FindRoute;
  readonly browser: BrowserProbe;
  /** Made with the network of this probe. */
  readonly keys: (network: Probe['network']) => KeyProbe;
}

export function processAnswers({
  clock,
  variables,
}: Pick<ProbeParts, 'clock' | 'variables'>): Pick<Probe, 'arch' | 'now' | 'elapsed' | 'variable'> {
  return {
    arch: process.arch,
    now: () => clock.now(),
    elapsed: () => performance.now(),
    variable(name) {
      const value = variables[name];
      return value === undefined || value === '' ? null : value;
    },
  };
}
